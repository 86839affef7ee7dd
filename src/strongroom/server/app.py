"""The house as one ASGI application: edge, caller, hot routes, faces."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from strongroom import __version__
from strongroom.access import EVERYONE, SERVICES, actions_of, require_action, who_can
from strongroom.kernel import Caller, Domain
from strongroom.room import Strongroom
from strongroom.web import (
    Given,
    Renderer,
    StrictRequest,
    find_caller,
    find_service,
    provide_caller,
    provide_origin,
    provide_service,
    require_declared_actions,
    require_known_query,
)

from .budgets import Budgets, tell_standings
from .refusals import Refusals


def build_faces(
    room: Strongroom,
    renderer: Renderer,
    domains: Sequence[Domain],
    services: Mapping[str, Any],
) -> Litestar:
    """Return every face of *domains*, each route behind the gate of its action.

    Raises:
        ActionMissing: a route declares none.
        UnknownAction: a route declares one that the policy does not list.

    """
    refusals = Refusals(room.audit, renderer)
    api = Router(
        "/api/v1", route_handlers=[face for domain in domains for face in domain.api]
    )
    pages = [face for domain in domains for face in domain.pages]
    faces = Litestar(
        route_handlers=[api, *pages],
        guards=[Budgets(room.limits), gate, require_known_query],
        request_class=StrictRequest,
        before_send=[tell_standings],
        dependencies=_dependencies(
            {**services, "renderer": renderer, "events": _events(domains)}
        ),
        after_exception=[refusals.record],
        exception_handlers={Exception: refusals.answer},
        openapi_config=_openapi(room.settings.service_name),
        logging_config=None,  # What is logged, and where, is the server's decision.
        request_max_body_size=None,  # The edge has measured it already.
    )
    for action in require_declared_actions(faces.routes):
        who_can(action)
    return faces


def gate(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Let a request through to *handler* if its caller may do the action.

    A page that is nothing but a form opens to those alone who may send the form.

    Raises:
        Unauthenticated: nobody is signed in and the action needs somebody.
        Forbidden: the caller's role does not include the action.
        StepUpRequired: the action needs a fresh second factor.
        FactorMissing: the organization asks for a second factor, and there is none.
        NetworkNotAllowed: the organization lets nobody in from there.
        WayNotAllowed: the organization does not allow the way the session began.
        ServiceSignatureInvalid: the action is a service's, and none signed the call.

    """
    action = handler.opt.get("action")
    if action is None:  # Only what Litestar adds itself: OPTIONS and the schema.
        return
    allowed = who_can(action)
    if allowed is SERVICES:
        find_service(connection)
        return
    caller = find_caller(connection) if allowed is not EVERYONE else None
    if caller is None:
        require_action(action, None, signed_in=False)
        return
    _require(action, caller, fresh=caller.fresh)
    if "form" in handler.opt:  # It asks for what it needs by itself, step by step.
        _require(handler.opt["form"], caller, fresh=True)


def _require(action: str, caller: Caller, *, fresh: bool) -> None:
    require_action(
        action,
        caller.role,
        signed_in=True,
        scopes=caller.scopes,
        fresh=fresh,
        barred=caller.barred,
        acting=caller.acting,
        granted=caller.granted,
    )


def provide_allowed(caller: Given[Caller]) -> frozenset[str]:
    """Return what the caller may do, so that a page offers nothing else."""
    allowed = actions_of(caller.role, caller.acting, caller.granted)
    return allowed if caller.scopes is None else allowed & caller.scopes


def _dependencies(services: Mapping[str, Any]) -> dict[str, Provide]:
    provided = {
        "caller": Provide(provide_caller, sync_to_thread=False),
        "origin": Provide(provide_origin, sync_to_thread=False),
        "service": Provide(provide_service, sync_to_thread=False),
        "allowed": Provide(provide_allowed, sync_to_thread=False),
    }
    for name, service in services.items():
        provided[name] = Provide(always(service), sync_to_thread=False)
    return provided


def always(service: Any) -> Callable[[], Any]:
    """Return what gives a handler *service* whenever it asks."""

    def provide() -> Any:
        return service

    return provide


def _events(domains: Sequence[Domain]) -> list[str]:
    return sorted(event for domain in domains for event in domain.events)


def _openapi(title: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title=title,
        version=__version__,
        openapi_router=Router(
            "/api",
            route_handlers=[],
            opt={"action": "page.read"},
            include_in_schema=False,  # Of its own routes it would say what is not so.
        ),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
    )
