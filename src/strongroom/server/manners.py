"""What HTTP asks of every answer, whichever face gives it.

HEAD is answered as GET without a body (RFC 9110 §9.3.2). And a body that nobody read
is read away before the answer leaves: measured, Granian resets an HTTP/2 stream whose
sender is still sending, and closes an HTTP/1 connection without a word, so that this
refusal or the answer to the next request never arrives. A large one over HTTP/1 is not
read; the answer says that the connection ends with it (RFC 9112 §9.6).
"""

import asyncio
import contextlib

from strongroom.middleware import App, Message, Receive, Scope, Send


MOST_READ_AWAY = 16 * 1024 * 1024
PATIENCE_SECONDS = 5.0
"""Whoever sends more, or more slowly, does without an answer."""

SMALL = 64 * 1024
"""Over HTTP/1, so much is read away rather than a connection given up."""

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
            ended = body.read_before if _is_read_away(scope) else body.close_unread
            await self.app(scope, body.receive, ended(send))


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

    def close_unread(self, send: Send) -> Send:
        """Return *send*, which says that the connection ends if something is unread."""

        async def send_closing(message: Message) -> None:
            if message["type"] == "http.response.start" and not self._ended:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        return send_closing

    async def _read_away(self) -> None:
        left = MOST_READ_AWAY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self._ended and left > 0:
                    left -= len((await self.receive()).get("body", b""))


def _is_read_away(scope: Scope) -> bool:
    """Say whether a body that nobody reads is worth reading."""
    if scope["http_version"][:1] != "1":
        return True
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return False
    length = headers.get(b"content-length", b"0")
    return length.isdigit() and len(length) <= len(str(SMALL)) and int(length) <= SMALL


def bodiless(send: Send) -> Send:
    """Return *send* that keeps an answer's headers and drops its body."""

    async def send_head(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
        elif not message.get("more_body", False):
            await send({"type": "http.response.body", "body": b""})

    return send_head
