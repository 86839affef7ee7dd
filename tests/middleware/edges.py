"""Small applications behind the edge, and ways to speak to them.

Over real sockets where an HTTP/1 server lets a request through; message by message
where it would not, as with HTTP/2 and WebSockets.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn

from strongroom.middleware import App, Edge, EdgeSettings, Message, Receive, Scope, Send
from strongroom.server.operations import Listener
from strongroom.server.ports import free_ports
from strongroom.web.outermost import TYPE_OF


HSTS = "strict-transport-security"
LARGEST = 1000
HOST = b"example.test"

Sent = list[Message]


class Echo:
    """An application that reads its whole body and says how much there was."""

    def __init__(self, *headers: tuple[bytes, bytes]) -> None:
        """Answer with *headers* of its own."""
        self.headers = list(headers)
        self.read = 0
        self.cut = False

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Read to the end, then answer 200."""
        while True:
            message = await receive()
            self.cut = message["type"] == "http.disconnect"
            self.read += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        await begin(send, self.headers)
        await send({"type": "http.response.body", "body": str(self.read).encode()})


async def begin(send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    """Start an answer of 200."""
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def guard(app: App, *hosts: bytes, **options: Any) -> Edge:
    """Return *app* behind an edge that takes small bodies only."""
    settings = EdgeSettings(largest_body=LARGEST)
    return Edge(app, settings, frozenset({HOST, *hosts}), **options)


def scope_of(*headers: tuple[bytes, bytes], **changes: Any) -> dict[str, Any]:
    """Return a request's scope."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "http_version": "1.1",
        "headers": [(b"host", HOST), *headers],
    }
    return scope | changes


async def say(edge: Edge, scope: dict[str, Any], *pieces: bytes) -> Sent:
    """Return what *edge* sends when the body comes in *pieces*."""
    kind = "http.request" if scope["type"] == "http" else "websocket.connect"
    last = len(pieces) - 1
    messages = iter(
        [
            {"type": kind, "body": piece, "more_body": number < last}
            for number, piece in enumerate(pieces or (b"",))
        ]
    )
    sent: Sent = []

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        sent.append(message)

    await edge(scope, receive, send)
    return sent


def headers_in(sent: Sent) -> dict[bytes, bytes]:
    """Return the headers of the one start that was sent, none of them twice."""
    [start] = [each for each in sent if "headers" in each]
    assert len(dict(start["headers"])) == len(start["headers"])
    return dict(start["headers"])


@asynccontextmanager
async def served(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Lend a client of *app* behind the edge, over a real socket."""
    [port] = free_ports(1)
    edge = guard(app, f"127.0.0.1:{port}".encode())
    config = uvicorn.Config(edge, port=port, lifespan="off", log_config=None)
    listener = Listener(config)
    serving = asyncio.create_task(listener.serve())
    await listener.opened.wait()
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
    listener.should_exit = True
    await serving


async def chunks(number: int, size: int) -> AsyncIterator[bytes]:
    """Yield a body whose length no header tells."""
    for _ in range(number):
        yield b"x" * size


def require_refusal(answer: httpx.Response, status: int, code: str) -> None:
    """Accept a whole refusal, under every header that an answer needs."""
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["type"] == f"/problems/{code}"
    assert told["title"] == TYPE_OF[code].title
    assert told["request_id"] == answer.headers["x-request-id"]
    assert answer.headers.get_list(HSTS) == ["max-age=31536000; includeSubDomains"]
    assert len(answer.headers["x-request-id"]) == 32
