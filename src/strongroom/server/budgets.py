"""The gate for how often, in front of every route, and what answers say of it.

No face needs to remember it: a route's declared action names its limit, and one that
no table lists is bounded as a read or a write. It comes before a body is read.
"""

from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from strongroom.kernel import NOWHERE, Caller, Origin
from strongroom.limits import Limits, header_lines
from strongroom.web import CALLER, ORIGIN


SPENT = "strongroom.spent"
"""What was decided about the request, by each of its limits."""

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Budgets:
    """A guard over all routes."""

    def __init__(self, limits: Limits) -> None:
        """Spend from *limits*."""
        self._limits = limits

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Let a request through while its budgets last.

        Raises:
            LimitReached: one is used up.

        """
        action = handler.opt.get("action")
        if action is None:  # Only what Litestar adds itself: OPTIONS and the schema.
            return
        scope = cast("dict[str, Any]", connection.scope)
        found, origin = scope.get(CALLER), cast("Origin", scope.get(ORIGIN, NOWHERE))
        caller = found if isinstance(found, Caller) else None
        if scope.get("method") in READS:
            scope[SPENT] = self._limits.admit_read(action, origin, caller)
        else:
            scope[SPENT] = await self._limits.admit_write(action, origin, caller)


async def tell_standings(message: Message, scope: Scope) -> None:
    """Add the headers that tell a client how much is left."""
    spent = cast("dict[str, Any]", scope).get(SPENT)
    if spent and message["type"] == "http.response.start":
        message["headers"] = [*message.get("headers", ()), *header_lines(spent)]
