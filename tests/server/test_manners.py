"""HEAD has no body, and a body that nobody wanted does not swallow the answer."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from strongroom.middleware import App, Message
from strongroom.server.manners import MOST_READ_AWAY, Manners


PART = b"x" * 65_536
CLOSE = (b"connection", b"close")


class Visitor:
    """Sends a body in parts, and keeps what is answered."""

    def __init__(self, parts: int) -> None:
        """Have so many *parts* to send."""
        self.left, self.answered = parts, list[Message]()

    async def receive(self) -> Message:
        """Send the next part."""
        self.left -= 1
        return {"type": "http.request", "body": PART, "more_body": self.left > 0}

    async def send(self, message: Message) -> None:
        """Keep an answer's message, and how much was unsent when it came."""
        self.answered.append({**message, "unsent": self.left})


def refusing(status: int) -> App:
    """Return an application that answers without reading anything."""

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    return app


async def visit(parts: int, **scope: Any) -> Visitor:
    """Return a visitor after one request with so many *parts*."""
    visitor = Visitor(parts)
    request = {"type": "http", "method": "POST", "http_version": "1.1", "headers": []}
    request |= scope
    await Manners(refusing(413))(request, visitor.receive, visitor.send)
    return visitor


@pytest.mark.parametrize(
    "scope",
    [{"http_version": "2"}, {"headers": [(b"content-length", b"65536")]}],
)
async def test_an_unread_body_is_read_before_the_answer(scope: dict[str, Any]) -> None:
    """The refusal leaves when there is nothing more to come."""
    visitor = await visit(parts=5, **scope)
    assert CLOSE not in visitor.answered[0]["headers"]
    assert [each["unsent"] for each in visitor.answered] == [0, 0, 0]
    assert visitor.answered[0]["status"] == 413


@pytest.mark.parametrize(
    "header", [(b"content-length", b"65537"), (b"transfer-encoding", b"chunked")]
)
async def test_a_large_body_over_http1_ends_its_connection(
    header: tuple[bytes, bytes],
) -> None:
    """It is not read, and whoever sends it learns that nothing follows."""
    visitor = await visit(parts=5, headers=[header])
    assert [each["unsent"] for each in visitor.answered] == [5, 5, 5]
    assert CLOSE in visitor.answered[0]["headers"]


async def test_an_endless_body_is_not_read_for_ever() -> None:
    """Whoever sends without end is cut off at the limit."""
    parts = 10 * MOST_READ_AWAY // len(PART)
    visitor = await visit(parts, http_version="2")
    assert parts - visitor.answered[0]["unsent"] == MOST_READ_AWAY // len(PART)


async def test_a_request_that_has_no_body_passes_as_it_is() -> None:
    """Nothing is read for it."""
    visitor = await visit(5, method="GET")
    assert visitor.left == 5


async def test_head_is_get_without_a_body() -> None:
    """The headers stay, every part of the body goes."""
    visitor = await visit(1, method="HEAD")
    bodies = [each["body"] for each in visitor.answered[1:]]
    assert bodies == [b""]


def test_whoever_was_refused_asks_again(visitor: httpx.Client) -> None:
    """Over HTTP/1: whoever was refused asks again at once, and is answered."""
    for size in (1, 20):
        answer = visitor.post("/api/v1/nowhere", content=PART * size)
        assert answer.is_client_error
        assert answer.headers.get("connection") == ("close" if size > 1 else None)
        assert visitor.get("/healthz").is_success


@pytest.mark.parametrize("path", ["/healthz", "/security", "/static/strongroom.css"])
def test_head_is_answered_as_get_is(visitor: httpx.Client, path: str) -> None:
    """The same status and type, of a page, an asset or a hot path."""
    asked: list[Callable[[str], httpx.Response]] = [visitor.get, visitor.head]
    answers = [ask(path) for ask in asked]
    assert answers[1].content == b""
    assert len({each.status_code for each in answers}) == 1
    assert len({each.headers["content-type"] for each in answers}) == 1
