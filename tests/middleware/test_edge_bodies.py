"""Bodies: read up to the last byte that is allowed, and not one further."""

import pytest

from strongroom.middleware import Receive, Scope, Send

from .edges import (
    LARGEST,
    Echo,
    begin,
    chunks,
    guard,
    require_refusal,
    say,
    scope_of,
    served,
)


@pytest.mark.parametrize(("pieces", "size"), [(0, 1), (1, 5), (10, 100)])
async def test_a_body_in_chunks_passes_while_it_is_small(
    pieces: int, size: int
) -> None:
    """Up to the last byte that is allowed, nothing is cut."""
    app = Echo()
    async with served(app) as client:
        answer = await client.post("/", content=chunks(pieces, size))
    assert (answer.status_code, answer.text) == (200, str(pieces * size))
    assert not app.cut


async def test_a_body_in_chunks_is_cut_off_when_it_grows_too_large() -> None:
    """The application never sees the byte too many, and cannot answer after all."""
    app = Echo()
    async with served(app) as client:
        answer = await client.post("/", content=chunks(11, 100))
    require_refusal(answer, 413, "body-too-large")
    assert app.cut
    assert app.read <= LARGEST


async def test_a_body_that_is_declared_too_large_is_not_read() -> None:
    """A length alone is reason enough."""
    app = Echo()
    async with served(app) as client:
        answer = await client.post("/", content=b"x" * (LARGEST + 1))
    require_refusal(answer, 413, "body-too-large")
    assert app.read == 0


async def test_an_application_that_breaks_over_a_cut_body_does_no_harm() -> None:
    """Its error is our doing, so it is neither shown nor raised again."""

    async def strict(_: Scope, receive: Receive, __: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        raise ConnectionError

    sent = await say(
        guard(strict),
        scope_of((b"transfer-encoding", b"chunked")),
        b"x" * LARGEST,
        b"x",
    )
    assert sent[0]["status"] == 413


async def test_an_answer_under_way_is_not_begun_again() -> None:
    """What was begun before the body grew too large just ends."""

    async def hasty(_: Scope, receive: Receive, send: Send) -> None:
        await begin(send, [])
        while (await receive())["type"] != "http.disconnect":
            continue
        await send({"type": "http.response.body", "body": b"all is well"})

    chunked = scope_of((b"transfer-encoding", b"chunked"))
    sent = await say(guard(hasty), chunked, b"x" * LARGEST, b"x")
    assert [each["type"] for each in sent] == ["http.response.start"]


@pytest.mark.parametrize("version", ["2", "3"])
async def test_a_body_without_a_declared_length_is_measured(version: str) -> None:
    """In HTTP/2 and 3 a body needs neither header, and must not be endless for it."""
    app = Echo()
    pieces = [b"x" * 100] * 11
    sent = await say(guard(app), scope_of(http_version=version), *pieces)
    assert sent[0]["status"] == 413
    assert app.cut


async def test_transfer_encoding_outranks_a_declared_length() -> None:
    """Two words about one length: the body is measured by what comes (RFC 9112)."""
    two = ((b"content-length", b"1"), (b"transfer-encoding", b"chunked"))
    sent = await say(guard(Echo()), scope_of(*two), b"x" * LARGEST, b"x")
    assert sent[0]["status"] == 413


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", b"+1", b" 1", b"9" * 5000])
async def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    """Also one so long that Python refuses to read it."""
    sent = await say(guard(Echo()), scope_of((b"content-length", length)))
    assert sent[0]["status"] == 400
    assert b"malformed-length" in sent[1]["body"]
