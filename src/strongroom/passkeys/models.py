"""What a passkey is, what is asked of one, and what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from strongroom.accounts import Account
from strongroom.kernel import Cookie, Secret


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an account, as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey as it is checked: its public key in COSE, and how far it counted."""

    id: UUID
    account_id: UUID
    handle: bytes
    credential_id: bytes
    public_key: bytes
    sign_count: int
    alone: bool = True
    """Whether it signs in by itself, or finishes what a password began."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whose passkeys these are: from the configured address, never from a header."""

    rp_id: str
    """The host alone (WebAuthn §5.4.2)."""

    origin: str
    """What a browser says that it is at: scheme, host and port."""

    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an authenticator, and the cookie that binds it to a browser."""

    options: Mapping[str, Any]
    """In the JSON of WebAuthn §5.1, for making a passkey or for showing one."""

    cookie: Cookie


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser answers: the credential, and the cookie of the question."""

    challenge: Secret
    credential: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An answer to a question that was open, of a passkey whose owner is known.

    Its signature was not looked at yet.
    """

    owner: Account
    passkey: Known
    challenge: bytes
    credential: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey, and recovery codes if it is the account's first second factor."""

    id: UUID
    codes: Sequence[Secret]
