"""The edge before any application: what it refuses, and what no answer goes without.

Over real sockets where an HTTP/1 server lets the request through; message by message
where it would not, as with HTTP/2 and WebSockets.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from strongroom.middleware import App, Edge, EdgeSettings, Message, Receive, Scope, Send
from strongroom.server.operations import Listener
from strongroom.server.ports import free_ports
from strongroom.web import NONCE, ORIGIN


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
    assert answer.json()["type"] == f"/problems/{code}"
    assert answer.headers.get_list(HSTS) == ["max-age=31536000; includeSubDomains"]
    assert len(answer.headers["x-request-id"]) == 32


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
    """Whoever keeps the record hears of them once, after the answer."""
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
