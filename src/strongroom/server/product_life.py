"""The product's own start and stop, inside the life of the house.

Many apps open something before the first request and close it after the last. They
may, as under any server; an app that knows nothing of it is spoken for.
"""

from typing import Any

from strongroom.middleware import App, Receive, Scope, Send


class ProductLife:
    """Answers the server's two messages, by the product if it cares."""

    def __init__(self, app: App) -> None:
        """Ask *app* first."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the product speak; if it never does, say that all is well.

        Raises:
            Exception: the product broke after it had spoken.

        """
        heard: list[Any] = []
        said: list[Any] = []

        async def hear() -> Any:
            heard.append(await receive())
            return heard[-1]

        async def say(message: Any) -> None:
            said.append(message)
            await send(message)

        try:
            await self.app(scope, hear, say)
        except Exception:
            # An app that raises at the scope itself has no lifespan (ASGI 3.0).
            if said:
                raise
        if not said:
            await _speak_for_it(heard, receive, send)


async def _speak_for_it(heard: list[Any], receive: Receive, send: Send) -> None:
    if not heard:
        await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
