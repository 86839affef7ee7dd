"""The operator's listener: operators' pages, outbox, metrics, on this machine alone.

Guards against mail and requests being read from elsewhere: it listens on the loopback
address, answers only to its own names, and knows no customer's cookie. Operators sign
in with a cookie of their own; no page of theirs is on the public listener.
"""

from typing import Any
from uuid import UUID

import uvicorn
from litestar import Litestar, Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from strongroom.kernel import utc_now
from strongroom.middleware import App, Edge
from strongroom.privacy import Desk, Privacy, Retention
from strongroom.room import Strongroom
from strongroom.trust import Trust
from strongroom.web import Renderer

from .application import trust_of, watched
from .assets import asset_answers
from .domains import DOMAINS
from .exact import Exact
from .faults import Faults
from .health import health_answers
from .installation import Installation
from .manners import Manners
from .metrics import Sums
from .metrics_of_state import Ages, Queue, Requests, Standings, Streams
from .operator_gate import OperatorGate, faces_of, operator_dependencies
from .options import LOOPBACK
from .personal import privacy_of, registry_of
from .refusals import Refusals
from .refused_writes import RefusedWrites
from .tls import server_context


AnyRequest = Request[Any, Any, Any]


def operator_application(
    installation: Installation, room: Strongroom, sums: Sums
) -> App:
    """Return what the operator's listener answers."""
    faces = _faces(room, trust_of(installation, room), installation, sums)
    plain = {**health_answers(room.db), **asset_answers()}
    edge = Edge(
        Faults(Exact(faces, plain)),
        installation.edge,
        installation.admin_hosts(),
        RefusedWrites(room.audit),
    )
    return watched(installation, Manners(edge), room)


def operator_listener(installation: Installation, app: App) -> uvicorn.Config:
    """Return how Uvicorn serves *app* to this machine."""
    context = server_context(installation.local_tls, installation.edge.tls_minimum)
    return uvicorn.Config(
        app,
        host=LOOPBACK,
        port=installation.options.admin_port,
        ssl_context_factory=lambda *_: context,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=8,
        timeout_graceful_shutdown=8,
    )


def _faces(
    room: Strongroom, trust: Trust, installation: Installation, sums: Sums
) -> Any:
    renderer = Renderer(installation.service_name)
    refusals = Refusals(room.audit, renderer)

    @get("/outbox", action="operator.machine")
    async def outbox(request: AnyRequest) -> Response[str]:
        mails = await room.outbox.newest()
        return renderer.page(request, "outbox.html", mails=mails)

    @get("/outbox/{mail_id:uuid}", action="operator.machine")
    async def mail(request: AnyRequest, mail_id: UUID) -> Response[str]:
        found = await room.outbox.get(mail_id)
        return renderer.page(request, "mail.html", mail=found)

    desk = privacy_of(room, registry_of(installation))
    services: dict[str, Any] = {"renderer": renderer, "operators": room.operators}
    services |= {
        "break_glass": room.break_glass,
        "impersonations": room.impersonations,
        "public_url": installation.options.public_url,
    }

    @get("/privacy", action="operator.machine")
    async def privacy(request: AnyRequest) -> Response[str]:
        return renderer.page(request, "privacy_desk.html", **await _desk_of(desk))

    @get("/metrics", action="operator.machine")
    async def metrics() -> Response[bytes]:
        registry, now = CollectorRegistry(), utc_now()
        registry.register(sums)
        registry.register(Standings(await trust.standings(), now))
        registry.register(Queue(await room.outbox.waiting()))
        registry.register(Streams(await room.streams.everywhere(), now))
        registry.register(Requests(*await Desk(desk).waiting()))
        registry.register(Ages(await room.backups.status(), now))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Litestar(
        route_handlers=[outbox, mail, privacy, metrics, *faces_of(DOMAINS)],
        guards=[OperatorGate(room.operators)],
        dependencies=operator_dependencies(services),
        after_exception=[refusals.record],
        exception_handlers={Exception: refusals.answer},
        openapi_config=None,
        logging_config=None,  # What is logged, and where, is decided in logs.py.
    )


async def _desk_of(privacy: Privacy) -> dict[str, Any]:
    """Return what waits in all organizations, what is held, and how the job stands."""
    desk, now = Desk(privacy), privacy.now()
    shown = ("id", "email", "kind", "state", "due_at", "words", "obstacle")
    return {
        "requests": [
            {name: getattr(each, name) for name in shown} | {"late": each.is_late(now)}
            for each in await desk.requests()
        ],
        "holds": await desk.holds(),
        "job": await Retention(privacy).job(),
    }
