"""What a pair of tokens is."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An app's family of tokens, as it is shown: everything but the tokens."""

    id: UUID
    account_id: UUID
    organization_id: UUID
    session_id: UUID
    name: str
    scopes: frozenset[str]
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WantedTokenPair:
    """What a person asks for an app."""

    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewTokens:
    """Tokens just made, shown this once."""

    pair_id: UUID
    access: Secret
    access_expires_at: datetime
    refresh: Secret
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """That another key signs access tokens from a moment on, because somebody said."""

    salt: bytes = field(repr=False)
    """32 random bytes, from which the key derives besides."""

    signs_from: datetime


@dataclass(frozen=True, slots=True)
class NewSigningKey:
    """A key that will sign access tokens, published already."""

    kid: str
    """As the key set and the tokens name it (RFC 7638)."""

    signs_from: datetime


@dataclass(frozen=True, slots=True)
class Bearing:
    """What a genuine access token says: whose it is, and by which pair."""

    pair_id: UUID
    account_id: UUID
    organization_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Which refresh token of a pair somebody showed."""

    pair_id: UUID
    generation: int
    """Counts from 1; each use makes the next."""
