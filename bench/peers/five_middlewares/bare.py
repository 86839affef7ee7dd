"""The same 123 bytes of JSON for every request, straight from ASGI."""

# ruff: noqa: INP001 - run from this folder, as its server's top module.
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any


Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY = (
    b'{"id":"5f6b2c0e-8a41-4f5e-9d3c-7b1a2e4c6d80","name":"Some Name",'
    b'"email":"someone@example.com","role":"admin","active":true}'
)
START = {"type": "http.response.start", "status": 200}
HEADERS = (
    (b"content-type", b"application/json"),
    (b"content-length", str(len(BODY)).encode()),
)
REST = {"type": "http.response.body", "body": BODY}


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    # A list of its own, as any application sends: what wraps this may add to it.
    await send({**START, "headers": [*HEADERS]})
    await send(REST)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
