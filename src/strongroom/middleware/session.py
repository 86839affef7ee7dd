"""Who speaks: the session cookie or the bearer, looked up on every request.

Guards against revoked, expired and ambiguous credentials. A failing look-up is never
read as "nobody": whoever needs to know is told that nobody can tell.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from strongroom.admission import is_within
from strongroom.kernel import NOWHERE, Caller, Origin, Unavailable
from strongroom.sessions import COOKIE
from strongroom.web import CALLER, ORIGIN, PROBLEM, answer_problem

from .asgi import App, Receive, Scope, Send
from .bearers import Finder
from .gateway import CHALLENGE, Refused, bearer_tokens, gateway_refusal


_PREFIX = f"{COOKIE}=".encode()

OnRefusal = Callable[[Scope, str], Awaitable[None]]


class SessionPass:
    """Wraps an ASGI application; leaves the caller in the scope."""

    def __init__(
        self,
        app: App,
        sessions: Finder,
        keys: Finder,
        on_refusal: OnRefusal,
        callerless: frozenset[str] = frozenset(),
    ) -> None:
        """Look cookies up in *sessions*, bearers in *keys*.

        *on_refusal* is told of calls that another organization than their caller's
        was named in. Nobody is looked up for the paths that are *callerless*.
        """
        self.app, self.sessions, self.keys = app, sessions, keys
        self.on_refusal, self._callerless = on_refusal, callerless

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the caller and pass the request on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope.get("path") in self._callerless:
            scope[CALLER] = None
            await self.app(scope, receive, send)
            return
        cookies = session_tokens(scope["headers"])
        bearers = bearer_tokens(scope["headers"])
        refused = await self._identify(scope, cookies, bearers)
        if refused is not None:
            await _refuse(scope, receive, send, refused)
            return
        await self.app(scope, receive, send)

    async def _identify(
        self, scope: Scope, cookies: list[str], bearers: list[str]
    ) -> Refused | None:
        """Leave the caller in *scope*, or return why the request goes no further."""
        if len(cookies) + len(bearers) > 1:
            # Two of them: somebody planted one. Choosing is guessing.
            return 400, "ambiguous-session"
        if bearers:
            found = await _find(self.keys, bearers[0])
        else:
            found = await _find(self.sessions, cookies[0]) if cookies else None
        if isinstance(found, Caller):
            found = barred_outside(found, scope.get(ORIGIN, NOWHERE))
        scope[CALLER] = found
        if bearers and found is None:
            return 401, "invalid-token"
        if isinstance(found, Caller):
            return await self._pass_gateway(scope, found, by_bearer=bool(bearers))
        return None

    async def _pass_gateway(
        self, scope: Scope, caller: Caller, *, by_bearer: bool
    ) -> Refused | None:
        headers, path = scope["headers"], scope["path"]
        refused = gateway_refusal(caller, path, headers, by_bearer=by_bearer)
        if refused is not None:
            # Put on record first: whoever has the answer finds its entry.
            await self.on_refusal(scope, refused[1])
        return refused


def barred_outside(caller: Caller, origin: Origin) -> Caller:
    """Return *caller*, barred if their organization lets nobody in from *origin*."""
    if not caller.networks or is_within(origin.address, caller.networks):
        return caller
    return replace(caller, barred="network")


async def _find(finder: Finder, token: str) -> Caller | Unavailable | None:
    try:
        return await finder.find(token)
    except Unavailable as gone:
        return gone


async def _refuse(scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
    status, code = refused
    scope[PROBLEM] = code
    if scope["type"] == "http":
        more = [CHALLENGE] if code == "invalid-token" else []
        known = scope.get(ORIGIN, NOWHERE).request_id
        await answer_problem(send, status, code, request_id=known, more=more)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1008})


def session_tokens(headers: Any) -> list[str]:
    """Return every session token that the request's Cookie headers hold."""
    return [
        pair[len(_PREFIX) :].decode("latin-1")
        for name, value in headers
        if name == b"cookie"
        for pair in value.replace(b"; ", b";").split(b";")
        if pair.startswith(_PREFIX)
    ]
