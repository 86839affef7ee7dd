"""Cross-origin reads: which other sites' pages may read an answer (Fetch §3.2).

Guards against an origin that is on no list. It is compared whole, as bytes: there is
no wildcard, no pattern, no reflection, and no ``null``. Cookies are never let in from
another site; a page there brings a bearer.
"""

from collections.abc import Iterable, Mapping

from .asgi import Scope
from .policy import Header


RESPONSE_NAMES = (
    "allow-credentials",
    "allow-headers",
    "allow-methods",
    "allow-origin",
    "allow-private-network",
    "expose-headers",
    "max-age",
)
"""The answers' headers that begin with ``access-control-``."""

VARY = (b"vary", b"origin")
"""On every answer: a cache must not give one site what another was told."""

_EXPOSED = b"ratelimit, ratelimit-policy, retry-after, x-request-id"

_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        b"authorization, content-type, x-organization-id",
    ),
    (b"access-control-max-age", b"600"),
)

Headers = Mapping[bytes, bytes]


class Origins:
    """The list of origins, and what an answer says of it."""

    def __init__(self, listed: Iterable[str]) -> None:
        """Let pages of *listed* read, and nobody else's."""
        self._listed = frozenset(each.encode() for each in listed)

    def has(self, headers: Headers) -> bool:
        """Say whether a request comes from a page of a listed origin."""
        return headers.get(b"origin") in self._listed

    def lets_write(self, headers: Headers) -> bool:
        """Say whether a listed page's write may pass: by a bearer, without a cookie."""
        by_bearer = headers.get(b"authorization", b"")[:7].lower() == b"bearer "
        return by_bearer and b"cookie" not in headers and self.has(headers)

    def is_preflight(self, scope: Scope, headers: Headers) -> bool:
        """Say whether a browser asks before it sends what a page wants."""
        asks = b"access-control-request-method" in headers and b"origin" in headers
        return scope.get("method") == "OPTIONS" and asks

    def answer_headers(self, scope: Scope, headers: Headers) -> list[Header]:
        """Return what an answer says about who may read it."""
        if not self.has(headers):
            return [VARY]
        told = [VARY, (b"access-control-allow-origin", headers[b"origin"])]
        if self.is_preflight(scope, headers):
            return [*told, *_PREFLIGHT]
        return [*told, (b"access-control-expose-headers", _EXPOSED)]
