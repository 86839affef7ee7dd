"""Routes that say which action they are, and what every handler may ask for.

A handler made here always declares an action; one gate, set by the composition
root, decides on it before the handler runs. A route without an action is refused
at the start by ``require_declared_actions``.
"""

from collections.abc import Callable, Iterable
from dataclasses import field, make_dataclass
from functools import cache, partial
from typing import Any, cast

from litestar import Request, delete, get, patch, post, put
from litestar.connection import ASGIConnection
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Operation
from litestar.routes import HTTPRoute

from strongroom.kernel import NOWHERE, Caller, Origin, Unauthenticated

from .problem import MEDIA_TYPE, Problem


CALLER = "strongroom.caller"
ORIGIN = "strongroom.origin"
NONCE = "strongroom.nonce"
SERVICE = "strongroom.service"
PROBLEM = "strongroom.problem"
"""The code of the problem that a request was answered with."""

Handler = Callable[..., Any]

REFUSALS = {
    status: ResponseSpec(
        Problem,
        generate_examples=False,
        description=words,
        media_type=MEDIA_TYPE,
    )
    for status, words in (
        (400, "The request cannot be read."),
        (401, "Nobody is signed in, or what was shown did not match."),
        (403, "The caller may not do this."),
        (404, "There is no such thing, or it is somebody else's."),
        (409, "It contradicts the present state."),
        (422, "The request cannot be used as it is."),
        (429, "Too many attempts; Retry-After says how long to wait."),
        (503, "Not available just now; trying again is right."),
    )
}
"""How any operation may be refused, for the API's description (RFC 9457)."""


class ActionMissing(Exception):
    """A route does not say which action it is."""


@cache
def described_as(action: str) -> type[Operation]:
    """Return how the API's description tells of an operation that is *action*.

    It says so as ``x-action``, an extension of OpenAPI 3.1 §4.9.
    """
    told = field(default=action, metadata={"alias": "x-action"})
    made = make_dataclass("Operation", [("x_action", str, told)], bases=(Operation,))
    return cast("type[Operation]", made)


def _declaring(make: Callable[..., Any]) -> Callable[..., Callable[[Handler], Any]]:
    def route(path: str, *, action: str, **options: Any) -> Callable[[Handler], Any]:
        told = {"operation_class": described_as(action), **options}
        made = make(path, action=action, responses=REFUSALS, **told)
        return cast("Callable[[Handler], Any]", made)

    return route


read, create, replace, change, remove = (
    _declaring(method) for method in (get, post, put, patch, delete)
)
"""GET, POST, PUT, PATCH and DELETE, each with the action it stands for."""

show, submit = (
    _declaring(partial(method, include_in_schema=False)) for method in (get, post)
)
"""A page, and a form of one: for people, so the API's description leaves them out.

A page that is nothing but a form names by ``form`` the action that sending it is, so
that nobody fills in what would be refused.
"""


def provide_origin(request: Request[Any, Any, Any]) -> Origin:
    """Return where the request came from."""
    return cast("Origin", request.scope.get(ORIGIN, NOWHERE))


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """Return who the request speaks for.

    Raises:
        Unauthenticated: nobody is signed in.

    """
    caller = find_caller(request)
    if caller is None:
        raise Unauthenticated
    return caller


def find_caller(request: ASGIConnection[Any, Any, Any, Any]) -> Caller | None:
    """Return who the request speaks for, or None.

    Raises:
        DatabaseUnavailable: the look-up could not be made, so nobody can tell.

    """
    found = request.scope.get(CALLER)
    if isinstance(found, Exception):
        raise found
    return cast("Caller | None", found)


def provide_service(request: Request[Any, Any, Any]) -> str:
    """Return the name of the service that calls.

    Raises:
        Refusal: none does, or nobody can tell.

    """
    return find_service(request)


def find_service(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the name of the service that calls.

    Raises:
        Unauthenticated: this is no route of services.
        Refusal: its signature does not hold, or nobody can tell.

    """
    found = connection.scope.get(SERVICE)
    if isinstance(found, Exception):
        raise found
    if found is None:
        raise Unauthenticated
    return cast("str", found)


def require_declared_actions(routes: Iterable[Any]) -> list[str]:
    """Return the actions of *routes*, of which every handler declares one.

    Raises:
        ActionMissing: one does not.

    """
    handlers = [
        (route.path, handler)
        for route in routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.http_methods != {"OPTIONS"}  # Litestar answers those itself.
    ]
    for path, handler in handlers:
        if "action" not in handler.opt:
            message = f"{path} declares no action"
            raise ActionMissing(message)
    return [
        handler.opt[kind]
        for _, handler in handlers
        for kind in ("action", "form")
        if kind in handler.opt
    ]
