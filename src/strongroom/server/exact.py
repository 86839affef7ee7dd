"""Hot and plain paths, answered before any framework.

One look-up by method and path; whatever is not listed goes on to the next
application, unchanged.
"""

from collections.abc import Mapping

from strongroom.middleware import App, Receive, Scope, Send


Path = tuple[str, str]
"""A method and a path, such as ``("GET", "/healthz")``."""


class Exact:
    """Wraps an ASGI application with answers to exact paths."""

    def __init__(self, app: App, answers: Mapping[Path, App]) -> None:
        """Answer what is in *answers*; pass everything else to *app*."""
        self.app, self.answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "http":
            answer = self.answers.get((scope["method"], scope["path"]))
            if answer is not None:
                scope["path_template"] = scope["path"]
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)
