"""The edge: one pass around everything, in plain ASGI.

Guards against foreign hosts, writes that another site's page caused, endless
bodies and answers without their security headers. One class instead of one per
header: measured, five stacked middlewares leave a twentieth of the throughput that
this pass leaves (docs/decisions/0006). It knows no sessions.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

from strongroom.kernel import Origin
from strongroom.web import NONCE, ORIGIN, answer_problem

from .policy import (
    Header,
    data_policy,
    is_cross_site_write,
    page_policy,
    standing_headers,
)
from .settings import EdgeSettings


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
OnRefusal = Callable[[Scope, str], Awaitable[None]]


_OURS = frozenset(
    [name for name, _ in standing_headers(EdgeSettings())]
    + [b"content-security-policy", b"x-request-id"]
)
"""An application behind the edge cannot weaken these by sending its own."""

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
        self.largest_body = settings.largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, pass it on, and complete the answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = uuid4().hex
        scope[ORIGIN] = _origin(scope, headers, request_id)
        refused = self.refusal(scope, headers)
        if scope["type"] == "websocket":
            await self._websocket(refused, scope, receive, send)
            return
        answer = Answer(send, scope, self.headers, request_id)
        if refused is not None:
            await self._refuse(answer, refused, scope)
        elif b"transfer-encoding" in headers:
            await self._measured(answer, scope, receive)
        else:
            await self.app(scope, receive, answer.send)

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
        if not length.isdigit():
            return 400, "malformed-length"
        if int(length) > self.largest_body:
            return 413, "body-too-large"
        return None

    def is_foreign_write(self, method: str, headers: dict[bytes, bytes]) -> bool:
        """Say whether another site's page caused this write."""
        return is_cross_site_write(method, headers)

    async def _refuse(
        self, answer: "Answer", refused: tuple[int, str], scope: Scope
    ) -> None:
        status, code = refused
        await answer_problem(answer.send, status, code)
        if self.on_refusal is not None and code == "cross-site-write":
            await self.on_refusal(scope, code)

    async def _websocket(
        self,
        refused: tuple[int, str] | None,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if refused is None:
            await self.app(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _measured(self, answer: "Answer", scope: Scope, receive: Receive) -> None:
        """Pass a body of unknown length on, and stop when it grows too large."""
        left = self.largest_body

        async def receive_measured() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        async def send_unless_too_large(message: Message) -> None:
            if left >= 0:
                await answer.send(message)

        try:
            await self.app(scope, receive_measured, send_unless_too_large)
        finally:
            if left < 0:
                await answer_problem(answer.send, 413, "body-too-large")


class Answer:
    """One answer on its way out."""

    __slots__ = ("_request_id", "_scope", "_send", "_standing")

    def __init__(
        self, send: Send, scope: Scope, standing: list[Header], request_id: str
    ) -> None:
        """Complete what goes to *send* with the *standing* headers."""
        self._send, self._scope = send, scope
        self._standing, self._request_id = standing, request_id

    async def send(self, message: Message) -> None:
        """Send *message*, its headers completed when it starts the answer."""
        if message["type"] == "http.response.start":
            message["headers"] = self._completed(message.get("headers", ()))
        await self._send(message)

    def _completed(self, headers: Any) -> list[Header]:
        """Return the application's headers with ours, which win."""
        completed = [header for header in headers if header[0] not in _OURS]
        page = any(
            name == b"content-type" and value.startswith(b"text/html")
            for name, value in completed
        )
        completed += self._standing
        policy = page_policy(self._scope.get(NONCE)) if page else data_policy()
        completed.append((b"content-security-policy", policy))
        completed.append((b"x-request-id", self._request_id.encode()))
        return completed


def _repeats(headers: list[Header]) -> bool:
    names = [name for name, _ in headers]
    return any(names.count(name) > 1 for name in _ONCE)


def _origin(scope: Scope, headers: dict[bytes, bytes], request_id: str) -> Origin:
    # Only the socket's peer counts: forwarded headers are anybody's claim.
    client = scope.get("client")
    agent = headers.get(b"user-agent")
    return Origin(
        address=client[0] if client else None,
        user_agent=agent[:300].decode("latin-1") if agent else None,
        request_id=request_id,
    )
