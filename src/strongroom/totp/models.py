"""What a second factor is, and what one is told of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs; shown this once, and not in force yet."""

    secret: Secret
    """The seed in base32, to be typed."""

    uri: Secret
    """The same as an ``otpauth:`` address, to be scanned."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which second factors an account has: an app, passkeys, both or none."""

    since: datetime | None = None
    """When the app was turned on."""

    is_pending: bool = False
    locked_until: datetime | None = None
    codes_left: int = 0
    """Recovery codes that were not used yet."""

    passkeys: int = 0

    @property
    def has_app(self) -> bool:
        """Say whether codes of an app are asked for."""
        return self.since is not None

    @property
    def is_on(self) -> bool:
        """Say whether signing in by a password asks for a second factor."""
        return self.has_app or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Guess:
    """One counted attempt, and what it is compared with."""

    sealed: str
    counter: int
    """That of the newest code that was accepted."""

    locks: bool
    """Whether the factor is locked if this one is wrong."""


@dataclass(frozen=True, slots=True)
class Match:
    """A code that is right and not used up yet: claim it in the same transaction."""

    account_id: UUID
    counter: int | None = None
    digest: bytes | None = None
    """Of a recovery code."""
