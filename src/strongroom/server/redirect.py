"""Plain HTTP: it only says where HTTPS is.

Guards against a request that already went out unprotected being served as if it had
not: nothing but the head is read, a write is refused, and the address comes from our
own settings, never from the request. Small enough to keep the time and room that a
stranger can take: a few seconds, 8 KiB, so many connections.
"""

import asyncio
import re
from http import HTTPStatus

from strongroom.web import MEDIA_TYPE, plain_problem


PATIENCE_SECONDS = 5.0
LARGEST_HEAD = 8192
MOST_CONNECTIONS = 256

_REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]", re.ASCII)
_PATH = re.compile(rb"/[!-~]*")
_HEADERS = (
    "cache-control: no-store\r\nx-content-type-options: nosniff\r\n"
    "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "referrer-policy: no-referrer\r\nconnection: close\r\n"
)


class Redirect:
    """Answers every connection once."""

    def __init__(self, public_url: str) -> None:
        """Send visitors to *public_url*."""
        self._public_url = public_url
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)

    async def __call__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one connection and close it."""
        try:
            if not self._room.locked():
                async with self._room, asyncio.timeout(PATIENCE_SECONDS):
                    await self._answer(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            writer.transport.abort()  # The visitor went away or never spoke.
        finally:
            writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            writer.write(refusal(431, "head-too-large"))
        else:
            writer.write(answer_to(head, self._public_url))
        await writer.drain()


def answer_to(head: bytes, public_url: str) -> bytes:
    """Return the answer to a request's *head*."""
    request = _REQUEST.fullmatch(head.partition(b"\r\n")[0])
    if request is None:
        return refusal(400, "malformed")
    method, target = request[1], request[2]
    if method not in {b"GET", b"HEAD"}:
        return refusal(403, "https-only")
    if not _PATH.fullmatch(target):
        return refusal(400, "malformed")
    location = f"location: {public_url}{target.decode('ascii')}\r\n"
    return _whole(308, location, b"")


def refusal(status: int, code: str) -> bytes:
    """Return a whole answer that is a problem."""
    body = plain_problem(status, code)
    return _whole(status, f"content-type: {MEDIA_TYPE}\r\n", body)


async def open_redirect(bind: str, port: int, public_url: str) -> asyncio.Server:
    """Listen on *bind* and *port*."""
    redirect = Redirect(public_url)
    return await asyncio.start_server(redirect, bind, port, limit=LARGEST_HEAD)


def _whole(status: int, headers: str, body: bytes) -> bytes:
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    length = f"content-length: {len(body)}\r\n"
    return f"{line}{headers}{_HEADERS}{length}\r\n".encode() + body
