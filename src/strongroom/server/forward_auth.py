"""Forward-auth: a proxy asks at every request of another program who makes it.

For nginx's ``auth_request``, Caddy's ``forward_auth`` and Traefik's ``ForwardAuth``:
204 with who it is, or a refusal. One look-up, as at any request, and nothing is cached;
where the database is away, nobody passes.
"""

from collections.abc import Sequence

from strongroom.access import NotForOperators
from strongroom.kernel import Caller, Forbidden, Refusal
from strongroom.middleware import (
    Networks,
    Receive,
    Scope,
    Send,
    is_cross_site_write,
)
from strongroom.web import CALLER

from .hot import answer_refusal, require_reader


FORWARD_AUTH = "/api/v1/forward-auth"

_METHOD, _HOST = b"x-forwarded-method", b"x-forwarded-host"
_ONCE = (_METHOD, _HOST)


class ProxyNotTrusted(Forbidden):
    """X-Forwarded-Method came from no proxy of [edge] trusted_proxies, or twice."""

    code, status, title = "proxy-not-trusted", 403, "This proxy is on no list."


class NotForPrograms(Forbidden):
    """A program's credential is narrower than its maker, which no header tells."""

    code, status = "not-for-programs", 403
    title = "This credential is a program's, and a person is asked for here."


class ForwardedWrite(Forbidden):
    """The forwarded request is a write that another site's page caused."""

    code, status = "cross-site-write", 403
    title = "Another site's page caused this write."


class ForwardAuth:
    """Answers a proxy."""

    def __init__(self, trusted: Sequence[str]) -> None:
        """Believe what *trusted* networks say of the request that they forward."""
        self._trusted = Networks(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Say who makes the forwarded request, or that nobody may."""
        try:
            caller = require_reader(scope.get(CALLER))
            require_person(caller)
            require_own_site(scope, self._trusted)
        except Refusal as refused:
            await answer_refusal(scope, send, refused)
            return
        start = {"status": 204, "headers": identity_headers(caller)}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": b""})


def require_person(caller: Caller) -> None:
    """Let only the person pass, with all that their role may do.

    Scopes, and what is open to an operator who acts as somebody, name the house's own
    actions: the program behind would take either for the person at home.

    Raises:
        NotForOperators: an operator acts as the person.
        NotForPrograms: it is an API key, or an app's token.

    """
    if caller.acting:
        raise NotForOperators
    if caller.scopes is not None:
        raise NotForPrograms


def identity_headers(caller: Caller) -> list[tuple[bytes, bytes]]:
    """Return an allow-list of who it is: ids and a role, which hold plain letters."""
    told = {
        "x-strongroom-account": str(caller.account_id),
        "x-strongroom-organization": str(caller.organization_id),
        "x-strongroom-role": caller.role,
        "cache-control": "no-store",
    }
    return [(name.encode(), value.encode("ascii")) for name, value in told.items()]


def require_own_site(scope: Scope, trusted: Networks) -> None:
    """Let no forwarded write pass that another site's page caused.

    Raises:
        ProxyNotTrusted: somebody unknown tells of a forwarded request.
        ForwardedWrite: the proxy forwards such a write.

    """
    named = [name for name, _ in scope["headers"] if name in _ONCE]
    if not named:
        return
    peer = scope["client"][0] if scope.get("client") else None
    if len(set(named)) != len(named) or not trusted.has(peer):
        raise ProxyNotTrusted
    headers = dict(scope["headers"])
    method = headers.get(_METHOD, b"").decode("latin-1").upper()
    there = {**headers, b"host": headers.get(_HOST, headers[b"host"])}
    if is_cross_site_write(method, there):
        raise ForwardedWrite
