"""The public application: edge, health and assets, caller, hot routes, faces.

In this order, so that what needs no caller costs no look-up, and no answer leaves
without passing the edge.
"""

from collections.abc import Mapping
from typing import Any

from strongroom.audit import NOBODY, AuditLog, Entry, Target
from strongroom.claims import Profile
from strongroom.kernel import Unavailable, load_settings
from strongroom.middleware import App, Edge, Scope, SessionPass
from strongroom.outbox import OutboxSettings
from strongroom.room import Strongroom
from strongroom.trust import Subject, Trust
from strongroom.web import ORIGIN, Renderer

from .app import build_faces
from .assets import asset_answers
from .domains import DOMAINS
from .exact import Exact
from .faults import Faults
from .health import health_answers
from .hot import hot_answers
from .installation import Installation
from .labs import all_proofs
from .lifespan import Lifespan
from .logs import log
from .options import LOCAL_NAMES


LONGEST_PATH_KEPT = 200


def application(installation: Installation) -> App:
    """Return the whole public application, which opens and closes its own house."""
    room = Strongroom(installation.room_settings(), installation.keys)
    faces = build_faces(
        room, renderer_of(installation), DOMAINS, services_of(installation, room)
    )
    return Lifespan(guarded(installation, room, faces), room)


def guarded(installation: Installation, room: Strongroom, faces: Any) -> App:
    """Return *faces* behind everything that guards them."""
    signed = SessionPass(Exact(faces, hot_answers()), room.sessions)
    plain = {**health_answers(room.db), **asset_answers()}
    return Edge(
        Faults(Exact(signed, plain)),
        installation.edge,
        installation.public_hosts(),
        ForeignWrites(room.audit),
    )


def renderer_of(installation: Installation) -> Renderer:
    """Return the renderer of the public pages."""
    mail = load_settings(OutboxSettings, "outbox", installation.profile.policy)
    # Only somebody at this very machine can follow a link to the outbox.
    here = mail.smtp_host is None and installation.options.host in LOCAL_NAMES
    url = f"{installation.options.admin_url}/outbox" if here else None
    return Renderer(installation.service_name, outbox_url=url)


def services_of(installation: Installation, room: Strongroom) -> Mapping[str, Any]:
    """Return the verbs by the names under which handlers ask for them."""
    return {
        "accounts": room.accounts,
        "audit": room.audit,
        "organizations": room.organizations,
        "outbox": room.outbox,
        "passwords": room.passwords,
        "sessions": room.sessions,
        "signin": room.signin,
        "trust": trust_of(installation, room),
    }


def trust_of(
    installation: Installation, room: Strongroom, profile: Profile | None = None
) -> Trust:
    """Return what a page, its own unless *profile* is given, says about it."""
    page, target = profile or installation.profile, installation.options.public_url
    subject = Subject(page, all_proofs(), target)
    return Trust(room.db, installation.keys, subject)


class ForeignWrites:
    """Puts the writes on record that another site's page caused."""

    def __init__(self, audit: AuditLog) -> None:
        """Record in *audit*."""
        self._audit = audit

    async def __call__(self, scope: Scope, code: str) -> None:
        """Write the entry of a request that the edge has turned away as *code*."""
        path = scope["path"][:LONGEST_PATH_KEPT]
        entry = Entry(
            "request.write",
            NOBODY,
            Target("address", path),
            outcome="refused",
            reason=code,
            origin=scope[ORIGIN],
        )
        try:
            await self._audit.refuse(entry)
        except Unavailable:
            log.warning("a refused write is not on record: the database is away")
