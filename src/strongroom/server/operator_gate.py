"""The one gate of the operators' pages.

Guards against a page that forgets to ask: each declares an action, everything but the
way in needs an operator's session, and an unknown cookie is nobody. A customer's
cookie is never looked at.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from strongroom.operators import COOKIE, OPEN, Operator, Operators, OperatorUnknown
from strongroom.web import find_cookie, provide_origin

from .app import always


OPERATOR = "strongroom.operator"


class OperatorGate:
    """Decides before a handler of the operator's listener runs."""

    def __init__(self, operators: Operators) -> None:
        """Look cookies up among *operators*."""
        self._operators = operators

    async def __call__(
        self,
        connection: ASGIConnection[Any, Any, Any, Any],
        handler: BaseRouteHandler,
    ) -> None:
        """Let the request through to *handler* if an operator may do its action.

        Raises:
            OperatorUnknown: nobody of the operator is signed in.

        """
        action = handler.opt.get("action")
        if action in OPEN:
            return
        request = cast("Request[Any, Any, Any]", connection)
        token = find_cookie(request, COOKIE)
        found = await self._operators.find(token) if token else None
        if found is None:
            raise OperatorUnknown
        cast("dict[str, Any]", connection.scope)[OPERATOR] = found


def provide_operator(request: Request[Any, Any, Any]) -> Operator:
    """Return the operator whom the gate let through.

    Raises:
        OperatorUnknown: it let nobody through.

    """
    found = request.scope.get(OPERATOR)
    if not isinstance(found, Operator):
        raise OperatorUnknown
    return found


def operator_dependencies(services: Mapping[str, Any]) -> dict[str, Provide]:
    """Return what a handler of the operator's listener may ask for."""
    provided = {
        "operator": Provide(provide_operator, sync_to_thread=False),
        "origin": Provide(provide_origin, sync_to_thread=False),
    }
    for name, service in services.items():
        provided[name] = Provide(always(service), sync_to_thread=False)
    return provided


def faces_of(domains: Sequence[Any]) -> list[Any]:
    """Return every page that *domains* have for operators."""
    return [page for domain in domains for page in domain.operator_pages]
