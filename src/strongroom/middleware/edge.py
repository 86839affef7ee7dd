"""The edge: one pass around everything, in plain ASGI.

Guards against foreign hosts, writes that another site's page caused, endless
bodies, and answers without their security headers, be they failures. One class
instead of one per header: measured, five stacked middlewares leave a twentieth of
the throughput that this pass leaves (docs/decisions/0006). It knows no sessions.
"""

from collections.abc import Awaitable, Callable, Iterable
from secrets import token_hex

from strongroom.kernel import Origin
from strongroom.limits import DEVICE_COOKIE
from strongroom.redaction import redaction
from strongroom.web import NONCE, ORIGIN, PROBLEM, answer_problem

from .asgi import App, Message, Receive, Scope, Send
from .cors import RESPONSE_NAMES, Origins
from .policy import (
    Header,
    Networks,
    client_address,
    data_policy,
    is_cross_site_write,
    page_policy,
    plain_address,
    standing_headers,
)
from .settings import EdgeSettings


OnRefusal = Callable[[Scope, str], Awaitable[None]]


_OURS = frozenset(
    [name for name, _ in standing_headers(EdgeSettings())]
    + [b"content-security-policy", b"x-request-id"]
    + [f"access-control-{name}".encode() for name in RESPONSE_NAMES]
)
"""An application behind the edge cannot weaken these by sending its own."""

_STARTS = frozenset(
    {"http.response.start", "websocket.accept", "websocket.http.response.start"}
)

LONGEST_LENGTH = 15
"""Digits of a Content-Length: a petabyte is too much to even read the number."""

_DEVICE = f"{DEVICE_COOKIE}=".encode()
_ONCE = (b"host", b"origin", b"sec-fetch-site", b"content-length")
"""Decisions rest on these; a second one would let two readers differ."""


class Edge:
    """Wraps an ASGI application."""

    def __init__(
        self,
        app: App,
        settings: EdgeSettings,
        hosts: frozenset[bytes],
        on_refusal: OnRefusal | None = None,
    ) -> None:
        """Answer for *hosts* only; tell *on_refusal* about writes turned away."""
        self.app, self.hosts, self.on_refusal = app, hosts, on_refusal
        self.headers = standing_headers(settings)
        self.trusted = Networks(settings.trusted_proxies)
        self.largest_body = settings.largest_body
        self.origins = Origins(settings.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, pass it on, and complete the answer.

        Raises:
            Exception: the application did; whoever asked has had an answer first.

        """
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = token_hex(16)
        scope[ORIGIN] = _origin(scope, headers, request_id, self.trusted)
        standing = [*self.headers, *self.origins.answer_headers(scope, headers)]
        answer = Answer(send, scope, standing, request_id)
        refused = self.refusal(scope, headers)
        if refused is not None:
            await self._refuse(answer, refused, scope, receive)
        elif self.origins.is_preflight(scope, headers):
            await self._answer_preflight(answer, headers)
        elif _is_of_unknown_length(scope, headers):
            await self._pass_measured(answer, scope, receive)
        else:
            await self._pass(answer, scope, receive, answer.send)

    def refusal(
        self, scope: Scope, headers: dict[bytes, bytes]
    ) -> tuple[int, str] | None:
        """Return the status and code under which this request is turned away."""
        if len(headers) != len(scope["headers"]) and _repeats(scope["headers"]):
            return 400, "repeated-header"
        if headers.get(b"host", b"").lower() not in self.hosts:
            return 421, "unknown-host"  # RFC 9110 §15.5.20, Misdirected Request.
        method = scope.get("method", "WEBSOCKET")
        if self.is_foreign_write(method, headers):
            return 403, "cross-site-write"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > LONGEST_LENGTH:
            return 400, "malformed-length"
        if int(length) > self.largest_body:
            return 413, "body-too-large"
        return None

    def is_foreign_write(self, method: str, headers: dict[bytes, bytes]) -> bool:
        """Say whether another site's page caused this write."""
        foreign = is_cross_site_write(method, headers)
        return foreign and not self.origins.lets_write(headers)

    async def _answer_preflight(
        self, answer: "Answer", headers: dict[bytes, bytes]
    ) -> None:
        """Answer a browser that asks before it sends what another site wants."""
        if not self.origins.has(headers):
            await answer_problem(
                answer.send, 403, "origin-not-listed", request_id=answer.request_id
            )
            return
        start = {"type": "http.response.start", "status": 204, "headers": []}
        await answer.send(start)
        await answer.send({"type": "http.response.body"})

    async def _refuse(
        self,
        answer: "Answer",
        refused: tuple[int, str],
        scope: Scope,
        receive: Receive,
    ) -> None:
        status, code = refused
        scope[PROBLEM] = code
        # Put on record first: whoever has the answer finds its entry.
        if self.on_refusal is not None and code == "cross-site-write":
            await self.on_refusal(scope, code)
        if scope["type"] == "http":
            known = answer.request_id
            await answer_problem(answer.send, status, code, request_id=known)
        else:
            await _refuse_socket(answer, refused, scope, receive)

    async def _pass(
        self, answer: "Answer", scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Pass the request on, and see to it that an answer leaves."""
        try:
            await self.app(scope, receive, send)
        except Exception:
            await answer.fail()
            raise
        await answer.fail()

    async def _pass_measured(
        self, answer: "Answer", scope: Scope, receive: Receive
    ) -> None:
        """Pass a body of unknown length on, and cut it off when it grows too large."""
        body = MeasuredBody(receive, answer, self.largest_body)
        try:
            await self._pass(answer, scope, body.receive, body.send)
        except Exception:
            if not body.is_cut:  # What breaks over a body that we cut is our doing.
                raise


class Answer:
    """One answer on its way out."""

    __slots__ = ("_scope", "_send", "_standing", "request_id", "started")

    def __init__(
        self, send: Send, scope: Scope, standing: list[Header], request_id: str
    ) -> None:
        """Complete what goes to *send* with the *standing* headers."""
        self._send, self._scope = send, scope
        self._standing, self.request_id = standing, request_id
        self.started = False

    async def send(self, message: Message) -> None:
        """Send *message*, its headers completed when it starts the answer."""
        if message["type"] in _STARTS:
            self.started = True
            message["headers"] = self._completed(message.get("headers", ()))
        await self._send(message)

    async def fail(self) -> None:
        """Answer 500 if there is no answer yet."""
        if not self.started and self._scope["type"] == "http":
            known = self.request_id
            await answer_problem(self.send, 500, "internal-error", request_id=known)

    def _completed(self, headers: Iterable[Header]) -> list[Header]:
        """Return the application's headers with ours, which win."""
        completed, policy = [], data_policy()
        for header in headers:
            name = header[0].lower()
            if name in _OURS:
                continue
            if name == b"content-type" and header[1].lower().startswith(b"text/html"):
                policy = page_policy(self._scope.get(NONCE))
            completed.append(header)
        completed += self._standing
        completed.append((b"content-security-policy", policy))
        completed.append((b"x-request-id", self.request_id.encode()))
        return completed


class MeasuredBody:
    """A body whose length nobody declared."""

    __slots__ = ("_answer", "_left", "_receive", "is_cut")

    def __init__(self, receive: Receive, answer: Answer, largest: int) -> None:
        """Let *largest* bytes through, and then answer that it is too large."""
        self._receive, self._answer, self._left = receive, answer, largest
        self.is_cut = False

    async def receive(self) -> Message:
        """Return the next piece, or say that the client went away when we cut it."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        if not self._answer.started:
            answer = self._answer
            await answer_problem(
                answer.send, 413, "body-too-large", request_id=answer.request_id
            )
        self.is_cut = True
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send *message*, unless the body was cut: that has its answer already."""
        if not self.is_cut:
            await self._answer.send(message)


async def _refuse_socket(
    answer: Answer, refused: tuple[int, str], scope: Scope, receive: Receive
) -> None:
    """Refuse a WebSocket by a whole answer where the server can send one."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await answer.send({"type": "websocket.close", "code": 1008})
        return

    async def deny(message: Message) -> None:
        await answer.send({**message, "type": f"websocket.{message['type']}"})

    await answer_problem(deny, *refused, request_id=answer.request_id)


def _is_of_unknown_length(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Say whether a body may follow of which no header tells the end."""
    if b"transfer-encoding" in headers:
        return True  # It outranks a Content-Length (RFC 9112 §6.3).
    # HTTP/1 has no other body; in HTTP/2 and 3 the frames tell, when they come.
    return b"content-length" not in headers and scope["http_version"][:1] != "1"


def _repeats(headers: list[Header]) -> bool:
    names = [name for name, _ in headers]
    return any(names.count(name) > 1 for name in _ONCE)


def _origin(
    scope: Scope,
    headers: dict[bytes, bytes],
    request_id: str,
    trusted: Networks,
) -> Origin:
    client = scope.get("client")
    address = plain_address(client[0]) if client else None
    if trusted:  # Otherwise only the peer counts: the header is anybody's claim.
        told = [v for name, v in scope["headers"] if name == b"x-forwarded-for"]
        address = client_address(address, told, trusted)
    agent = headers.get(b"user-agent")
    return Origin(
        address=address,
        user_agent=redaction.brief(agent[:300].decode("latin-1")) if agent else None,
        request_id=request_id,
        device=_device(scope) if b"cookie" in headers else None,
    )


def _device(scope: Scope) -> str | None:
    """Return what marks a browser that was here; of two marks none counts."""
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    parts = [part.strip() for each in cookies for part in each.split(b";")]
    shown = [part[len(_DEVICE) :] for part in parts if part.startswith(_DEVICE)]
    return shown[0].decode("latin-1") if len(shown) == 1 else None
