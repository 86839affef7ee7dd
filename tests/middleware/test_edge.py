"""The edge before any application: what it refuses, and what no answer goes without."""

from typing import Any

import httpx
import pytest

from strongroom.middleware import Message, Receive, Scope, Send
from strongroom.web import NONCE, ORIGIN

from .edges import (
    HSTS,
    Echo,
    begin,
    guard,
    headers_in,
    require_refusal,
    say,
    scope_of,
    served,
)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("origin", ("https://example.test", "https://elsewhere.invalid")),
        ("sec-fetch-site", ("same-origin", "cross-site")),
        ("sec-fetch-site", ("cross-site", "same-origin")),
    ],
)
async def test_what_decides_may_not_stand_twice(
    name: str, values: tuple[str, str]
) -> None:
    """Two readers could each take another one for the truth."""
    app = Echo()
    async with served(app) as client:
        repeated = [(name, value) for value in values]
        require_refusal(await client.get("/", headers=repeated), 400, "repeated-header")


@pytest.mark.parametrize("name", [b"host", b"content-length"])
async def test_host_and_length_may_not_stand_twice(name: bytes) -> None:
    """A server may let them through; the edge does not."""
    twice = ((name, b"1"), (name, b"1"))
    sent = await say(guard(Echo()), scope_of(*twice))
    assert b"repeated-header" in sent[1]["body"]


async def test_other_headers_may_stand_twice() -> None:
    """As cookies do in HTTP/2."""
    cookies = ((b"cookie", b"a=b"), (b"cookie", b"c=d"))
    sent = await say(guard(Echo()), scope_of(*cookies))
    assert sent[0]["status"] == 200


@pytest.mark.parametrize(
    "host", ["elsewhere.invalid", "127.0.0.1", "127.0.0.1:1", "example.test.evil", ""]
)
async def test_an_unknown_host_is_refused(host: str) -> None:
    """A link that is built from Host can then lead nowhere else."""
    async with served(Echo()) as client:
        answer = await client.get("/", headers={"host": host})
    require_refusal(answer, 421, "unknown-host")


async def test_a_known_host_counts_in_any_case() -> None:
    """Names have no case."""
    async with served(Echo()) as client:
        answer = await client.get("/", headers={"host": "Example.TEST"})
    assert answer.status_code == 200


async def test_a_request_without_a_host_is_refused() -> None:
    """HTTP/1.0 allows it; we do not."""
    sent = await say(guard(Echo()), scope_of() | {"headers": []})
    assert sent[0]["status"] == 421


async def test_a_failure_is_answered_under_every_header() -> None:
    """The server's own bare 500 would forget HSTS, and would not be a problem."""

    async def broken(*_: Any) -> None:
        message = "a secret of ours"
        raise RuntimeError(message)

    async with served(broken) as client:
        answer = await client.get("/")
    require_refusal(answer, 500, "internal-error")
    assert "secret" not in answer.text


async def test_silence_is_answered_as_a_failure() -> None:
    """An application that returns without a word has broken too."""

    async def silent(*_: Any) -> None:
        return

    async with served(silent) as client:
        require_refusal(await client.get("/"), 500, "internal-error")


async def test_a_failure_under_way_is_not_covered_up() -> None:
    """Half an answer must not look like a whole one: the server cuts the connection."""

    async def breaking(_: Scope, __: Receive, send: Send) -> None:
        await begin(send, [(b"content-length", b"10")])
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError

    async with served(breaking) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/")


async def test_an_application_cannot_weaken_our_headers() -> None:
    """Whatever it sends of them, in any case, is not what leaves."""
    weak = (
        (b"X-Frame-Options", b"ALLOWALL"),
        (b"strict-transport-security", b"max-age=0"),
        (b"Content-Security-Policy", b"script-src *"),
        (b"X-REQUEST-ID", b"mine"),
        (b"content-type", b"text/plain"),
        (b"x-mine", b"kept"),
    )
    headers = headers_in(await say(guard(Echo(*weak)), scope_of()))
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[HSTS.encode()].startswith(b"max-age=31536000")
    assert b"*" not in headers[b"content-security-policy"]
    assert headers[b"x-request-id"] != b"mine"
    assert headers[b"x-mine"] == b"kept"
    assert {name.lower() for name in headers} == set(headers)


@pytest.mark.parametrize("kind", [b"text/html", b"Text/HTML; charset=utf-8"])
async def test_a_page_runs_the_scripts_of_its_own_nonce(kind: bytes) -> None:
    """The renderer leaves it in the scope; the policy names it."""

    async def page(scope: Scope, _: Receive, send: Send) -> None:
        scope[NONCE] = "once"
        await begin(send, [(b"Content-Type", kind)])

    headers = headers_in(await say(guard(page), scope_of()))
    assert b"'nonce-once'" in headers[b"content-security-policy"]


@pytest.mark.parametrize("kind", [b"application/json", b"image/svg+xml", b""])
async def test_what_is_no_page_may_do_nothing(kind: bytes) -> None:
    """Also what a browser could be made to show as one."""
    headers = headers_in(await say(guard(Echo((b"content-type", kind))), scope_of()))
    policy = b"default-src 'none'; frame-ancestors 'none'"
    assert headers[b"content-security-policy"] == policy


async def test_each_request_has_its_own_id_and_origin() -> None:
    """What the log knows of a request is what its answer says."""
    first, second = scope_of((b"user-agent", b"x" * 500)), scope_of()
    ids = [
        headers_in(await say(guard(Echo()), each))[b"x-request-id"].decode()
        for each in (first, second)
    ]
    assert [each[ORIGIN].request_id for each in (first, second)] == ids
    assert len(set(ids)) == 2
    assert len(first[ORIGIN].user_agent) == 300


async def test_foreign_writes_are_told_and_others_are_not() -> None:
    """Whoever keeps the record hears of them once."""
    heard: list[str] = []

    async def on_refusal(_: Scope, code: str) -> None:
        heard.append(code)

    app = Echo()
    edge = guard(app, on_refusal=on_refusal)
    sent = await say(edge, scope_of((b"sec-fetch-site", b"cross-site")))
    assert (sent[0]["status"], heard) == (403, ["cross-site-write"])
    await say(edge, scope_of() | {"headers": []})
    await say(edge, scope_of((b"content-length", b"x")))
    assert heard == ["cross-site-write"]
    assert app.read == 0


async def test_a_foreign_write_is_on_record_before_it_is_answered() -> None:
    """Whoever has the answer already finds its entry."""
    order: list[str] = []

    async def on_refusal(_: Scope, code: str) -> None:
        order.append(code)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        order.append(message["type"])

    edge = guard(Echo(), on_refusal=on_refusal)
    await edge(scope_of((b"sec-fetch-site", b"cross-site")), receive, send)
    assert order == ["cross-site-write", "http.response.start", "http.response.body"]


def socket_of(*headers: tuple[bytes, bytes], **changes: Any) -> dict[str, Any]:
    """Return the scope of a WebSocket's handshake."""
    scope = scope_of(*headers, type="websocket", **changes)
    del scope["method"]
    return scope


async def test_a_foreign_websocket_is_closed_before_it_opens() -> None:
    """Browsers send cookies along with it, from any site."""
    sent = await say(
        guard(Echo()), socket_of((b"origin", b"https://elsewhere.invalid"))
    )
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def test_a_refused_websocket_gets_a_whole_answer_where_it_can() -> None:
    """A refusal of a handshake is an HTTPS answer like any other."""
    able: dict[str, Any] = {"websocket.http.response": {}}
    foreign = socket_of((b"sec-fetch-site", b"cross-site"), extensions=able)
    sent = await say(guard(Echo()), foreign)
    kinds = [each["type"] for each in sent]
    assert kinds == ["websocket.http.response.start", "websocket.http.response.body"]
    assert sent[0]["status"] == 403
    assert HSTS.encode() in headers_in(sent)


async def test_our_own_websocket_opens_under_our_headers() -> None:
    """The handshake's answer counts for HSTS too."""

    async def accept(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})

    sent = await say(guard(accept), socket_of((b"origin", b"https://example.test")))
    assert HSTS.encode() in headers_in(sent)


async def test_the_life_of_the_application_passes_untouched() -> None:
    """Start and stop are no requests."""
    seen: list[str] = []

    async def app(scope: Scope, *_: Any) -> None:
        seen.append(scope["type"])

    assert await say(guard(app), {"type": "lifespan"}) == []
    assert seen == ["lifespan"]
