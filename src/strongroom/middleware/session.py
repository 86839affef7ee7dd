"""Who speaks: the session cookie, looked up on every request.

Guards against revoked, expired and ambiguous sessions. A failing look-up is never
read as "nobody": whoever needs to know is told that nobody can tell.
"""

from typing import Any, Protocol

from strongroom.kernel import Caller, Unavailable
from strongroom.sessions import COOKIE
from strongroom.web import CALLER, PROBLEM, answer_problem

from .asgi import App, Receive, Scope, Send


_PREFIX = f"{COOKIE}=".encode()


class Finder(Protocol):
    """What this pass needs of sessions."""

    async def find(self, token: str) -> Caller | None:
        """Return who *token* speaks for."""


class SessionPass:
    """Wraps an ASGI application; leaves the caller in the scope."""

    def __init__(self, app: App, sessions: Finder) -> None:
        """Look tokens up in *sessions*."""
        self.app, self.sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the caller and pass the request on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        tokens = session_tokens(scope["headers"])
        if len(tokens) > 1:
            # Two cookies of one name: somebody planted one. Choosing is guessing.
            await _refuse(scope, receive, send)
            return
        scope[CALLER] = await self._caller(tokens[0]) if tokens else None
        await self.app(scope, receive, send)

    async def _caller(self, token: str) -> Caller | Unavailable | None:
        try:
            return await self.sessions.find(token)
        except Unavailable as gone:
            return gone


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    scope[PROBLEM] = "ambiguous-session"
    if scope["type"] == "http":
        await answer_problem(send, 400, "ambiguous-session")
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
