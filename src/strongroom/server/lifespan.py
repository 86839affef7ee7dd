"""The life of one process's application: what it opened, it closes."""

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from strongroom.middleware import App, Receive, Scope, Send


async def all_is_well(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """Answer the server's two messages: there is nothing to start or to stop."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


class Lifespan:
    """Wraps an ASGI application that lives inside a context."""

    def __init__(
        self,
        app: App,
        opened: AbstractAsyncContextManager[Any],
        inner: App = all_is_well,
    ) -> None:
        """Enter *opened* before the first request and leave it after the last.

        In between, *inner* answers the server's messages.
        """
        self.app, self.opened, self.inner = app, opened, inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and stop; pass every request on."""
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        async with AsyncExitStack() as life:
            try:
                await life.enter_async_context(self.opened)
            except Exception as failed:  # noqa: BLE001 - told, and nothing is served.
                # Servers take an exception alone for "no lifespan here", and serve.
                reason = f"{type(failed).__name__}: {failed}"
                await send({"type": "lifespan.startup.failed", "message": reason})
                return
            await self.inner(scope, receive, send)
