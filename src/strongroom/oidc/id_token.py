"""ID tokens: signed by the provider, for us, for this way, and now.

OpenID Connect Core 1.0 §3.1.3.7. Guards against tokens of other issuers, for other
clients, of other sign-ins, and against algorithms by which anybody could sign.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .errors import IdentityRefused
from .provider import Identity, Metadata


LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say."""

    client_id: str
    nonce: str
    now: float
    """Seconds since 1970."""


def read_id_token(
    token: str, keys: KeySet, metadata: Metadata, expected: Expected
) -> Identity:
    """Return whom *token* is about, if everything in it checks out.

    Raises:
        IdentityRefused: something does not.

    """
    try:
        claims = jwt.decode(token, keys, algorithms=list(metadata.algorithms)).claims
    except (JoseError, ValueError, TypeError):
        message = "The ID token is not signed by the provider."
        raise IdentityRefused(message) from None
    require_issuer(claims, metadata.issuer)
    require_audience(claims, expected.client_id)
    require_time(claims, expected.now)
    require_nonce(claims, expected.nonce)
    return _identity(claims, metadata.issuer)


def require_issuer(claims: Mapping[str, Any], issuer: str) -> None:
    """Accept a token of this very issuer."""
    _require(claims.get("iss") == issuer, "The ID token is another issuer's.")


def require_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """Accept a token for us: one of several audiences only if we asked for it."""
    told = claims.get("aud")
    audiences = [told] if isinstance(told, str) else told
    ours = isinstance(audiences, list) and client_id in audiences
    _require(ours, "The ID token is for another client.")
    party = claims.get("azp")
    alone = audiences == [client_id] and party is None
    _require(alone or party == client_id, "The ID token was asked for by another.")


def require_time(claims: Mapping[str, Any], now: float) -> None:
    """Accept a token that was made lately and has not ended."""
    ends, made = claims.get("exp"), claims.get("iat")
    told = all(
        isinstance(each, int | float) and not isinstance(each, bool)
        for each in (ends, made)
    )
    _require(told, "The ID token does not say when it ends.")
    _require(float(ends or 0) > now - LEEWAY_SECONDS, "The ID token has ended.")
    age = now - float(made or 0)
    fresh = -LEEWAY_SECONDS <= age <= OLDEST_SECONDS
    _require(fresh, "The ID token is not of this moment.")


def require_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    """Accept a token that was made for this sign-in."""
    _require(claims.get("nonce") == nonce, "The ID token is another sign-in's.")


def _identity(claims: Mapping[str, Any], issuer: str) -> Identity:
    subject, email = claims.get("sub"), claims.get("email") or ""
    named = isinstance(subject, str) and 0 < len(subject) <= 255  # noqa: PLR2004
    _require(named and isinstance(email, str), "The ID token names nobody.")
    return Identity(issuer, str(subject), email, claims.get("email_verified") is True)


def _require(holds: bool, message: str) -> None:  # noqa: FBT001
    if not holds:
        raise IdentityRefused(message)
