"""What HTTP asks of every answer, whichever face gives it.

HEAD is answered as GET without a body (RFC 9110 §9.3.2). And a body that nobody read
is read away before the answer leaves: measured, Granian resets an HTTP/2 stream whose
sender is still sending, and closes an HTTP/1 connection without saying that it will,
so that this refusal or the answer to the next request never arrives.
"""

import asyncio
import contextlib

from strongroom.middleware import App, Message, Receive, Scope, Send


MOST_READ_AWAY = 16 * 1024 * 1024
PATIENCE_SECONDS = 5.0
"""Whoever sends more, or more slowly, does without an answer."""

_SAFE = frozenset({"GET", "OPTIONS", "TRACE"})


class Manners:
    """Wraps an ASGI application."""

    def __init__(self, app: App) -> None:
        """Answer for *app*."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; most requests as they are."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self.app(scope, receive, send)
        elif scope["method"] == "HEAD":
            scope["method"] = "GET"
            await self.app(scope, receive, bodiless(send))
        else:
            body = Body(receive)
            await self.app(scope, body.receive, body.read_before(send))


class Body:
    """A request's body, as far as it has been read."""

    def __init__(self, receive: Receive) -> None:
        """Read by *receive*."""
        self._receive, self._ended = receive, False

    async def receive(self) -> Message:
        """Return the next part, and notice the last."""
        message = await self._receive()
        if not message.get("more_body", False):
            self._ended = True
        return message

    def read_before(self, send: Send) -> Send:
        """Return *send*, before which the rest of the body is read away."""

        async def send_after_reading(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._read_away()
            await send(message)

        return send_after_reading

    async def _read_away(self) -> None:
        left = MOST_READ_AWAY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self._ended and left > 0:
                    left -= len((await self.receive()).get("body", b""))


def bodiless(send: Send) -> Send:
    """Return *send* that keeps an answer's headers and drops its body."""

    async def send_head(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
        elif not message.get("more_body", False):
            await send({"type": "http.response.body", "body": b""})

    return send_head
