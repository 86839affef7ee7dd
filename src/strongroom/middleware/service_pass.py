"""Service routes: who calls there is told by a signature, and by nothing else.

Guards against a user's credential on a service route: none is looked up there, and one
beside a signature is refused. What is wrong is left in the scope for the gate, which
puts the refusal on record under its action.
"""

from typing import Any, Protocol

from strongroom.kernel import Refusal
from strongroom.services import (
    SERVICE_PATHS,
    ServiceCall,
    ServiceSignatureInvalid,
)
from strongroom.web import CALLER, SERVICE

from .asgi import App, Message, Receive, Scope, Send
from .session import session_tokens


LARGEST_BODY = 65_536
_SIGNED_BY = (b"content-digest", b"signature-input", b"signature")


class Recogniser(Protocol):
    """What this pass needs of services."""

    async def recognise(self, call: ServiceCall) -> str:
        """Return the name of the service that made *call*."""


class ServicePass:
    """Shares requests out: service routes past the look-up of users, all else to it."""

    def __init__(
        self, users: App, routes: App, services: Recogniser, public_url: str
    ) -> None:
        """Send service calls to *routes* and the rest to *users*."""
        self.app, self._routes = users, routes
        self._services, self._url = services, public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognise a service where one calls, and pass on."""
        if not str(scope.get("path", "")).startswith(SERVICE_PATHS):
            await self.app(scope, receive, send)
            return
        body = await _read(receive) if scope["type"] == "http" else b""
        scope[CALLER] = None
        scope[SERVICE] = await self._recognise(scope, body)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._routes(scope, again, send)

    async def _recognise(self, scope: Scope, body: bytes) -> str | Refusal:
        try:
            return await self._services.recognise(self._call(scope, body))
        except Refusal as refused:
            return refused

    def _call(self, scope: Scope, body: bytes) -> ServiceCall:
        headers = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        by_user = any(name == b"authorization" for name, _ in headers)
        found = [[v for n, v in headers if n == name] for name in _SIGNED_BY]
        once = all(len(values) == 1 for values in found)
        if by_user or session_tokens(scope["headers"]) or not once:
            raise ServiceSignatureInvalid
        if len(body) > LARGEST_BODY:
            raise ServiceSignatureInvalid
        (digest,), (signed,), (signature,) = found
        return ServiceCall(
            scope["method"], self._target(scope), body, digest, signed, signature
        )

    def _target(self, scope: Scope) -> str:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope.get("query_string", b"")
        path = raw.partition(b"?")[0].decode("latin-1")
        return self._url + path + (f"?{query.decode('latin-1')}" if query else "")


async def _read(receive: Receive) -> bytes:
    """Return the body, or what there was of it when it grew too large."""
    body, more = bytearray(), True
    while more and len(body) <= LARGEST_BODY:
        message: Any = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)
