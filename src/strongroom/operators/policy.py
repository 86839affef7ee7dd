"""The operators' cookie, their seeds, and what is open before anybody signed in."""

import base64
import hmac
from datetime import datetime, timedelta

from strongroom.kernel import Cookie, Secret, host_cookie, utc_now


ROOT = "/admin"
"""Everything of the operators lies below it, on the operator's listener alone."""

COOKIE = "__Host-operator"

SET_UP = "set up an operator"
SET_UP_LIFETIME = timedelta(hours=24)

GUESSES = 5
LOCKED_FOR = timedelta(minutes=15)
HARD_STOP = 100
"""Wrong tries in a row after which a new link is needed (NIST SP 800-63B-4 §3.2.2)."""

SEED_BYTES = 20  # RFC 4226 §4 R6 recommends 160 bits.

OPEN = frozenset({"operator.machine", "operator.sign-in", "operator.set-up"})
"""What asks for no session: the way in, and what this machine reads, as metrics."""


def digest_of(key: bytes, token: str) -> bytes:
    """Return under what a session's token is kept: no other cookie's digest equals."""
    return hmac.digest(key, token.encode(), "sha256")


def seed_of(key: bytes, token: Secret) -> Secret:
    """Return the seed that belongs to a set-up link, so that none waits in a table."""
    seed = hmac.digest(key, token.reveal().encode(), "sha256")[:SEED_BYTES]
    return Secret(base64.b32encode(seed).decode())


def operator_cookie(token: Secret, expires_at: datetime) -> Cookie:
    """Return the parts of the cookie that gives a browser its session."""
    left = (expires_at - utc_now()).total_seconds()
    return _cookie(token.reveal(), max(0, int(left)))


def clear_cookie() -> Cookie:
    """Return the parts of the cookie that takes it away."""
    return _cookie("", 0)


def _cookie(value: str, seconds: int) -> Cookie:
    return host_cookie(COOKIE, value, seconds, same_site="strict")
