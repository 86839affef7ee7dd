"""The life of one process's application: what it opened, it closes."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from strongroom.middleware import App, Receive, Scope, Send


class Lifespan:
    """Wraps an ASGI application that lives inside a context."""

    def __init__(self, app: App, opened: AbstractAsyncContextManager[Any]) -> None:
        """Enter *opened* before the first request and leave it after the last."""
        self.app, self.opened = app, opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the server's own two messages; pass every request on."""
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        await receive()
        async with self.opened:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
