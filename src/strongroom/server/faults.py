"""The last net: what no face caught still becomes an answer.

Guards against a connection that just ends, and against an error's words reaching
whoever asked or the log. It costs nothing while nothing breaks.
"""

from strongroom.kernel import NOWHERE
from strongroom.middleware import App, Receive, Scope, Send
from strongroom.web import ORIGIN, PROBLEM, answer_problem

from .log_lines import place_of
from .logs import log


class Faults:
    """Wraps an ASGI application."""

    def __init__(self, app: App) -> None:
        """Watch over *app*."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer 500 for whatever is raised.

        Raises:
            Exception: it broke outside a request, where nobody waits for an answer.

        """
        try:
            await self.app(scope, receive, send)
        except Exception as raised:
            if scope["type"] != "http":
                raise
            known = scope.get(ORIGIN, NOWHERE).request_id
            told = {"request_id": known}
            log.error("an answer failed: %s", place_of(raised), extra=told)
            scope[PROBLEM] = "internal-error"
            await answer_problem(send, 500, "internal-error", request_id=known)
