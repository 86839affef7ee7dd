"""What a session is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NewType
from uuid import UUID

from strongroom.kernel import Acting, Origin, Secret


Way = NewType("Way", str)
"""How a session began: one of those below, or ``oauth:`` and a provider's name."""

BY_PROVIDER = "oauth:"
PASSWORD, PASSKEY = Way("password"), Way("passkey")
MAGIC_LINK, INVITATION = Way("magic-link"), Way("invitation")
OPERATOR, UNKNOWN = Way("operator"), Way("unknown")
"""An operator who acts as the account; a session from before ways were recorded."""

Factor = Literal["app", "recovery-code", "passkey"]
"""What finished a sign-in whose first factor was not enough."""


def by_provider(name: str) -> Way:
    """Return the way of whoever came by the provider that is configured as *name*."""
    return Way(f"{BY_PROVIDER}{name}")


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a session began."""

    way: Way
    factor: Factor | None = None
    """What was asked for after it; None where nothing was."""

    @property
    def by_factor(self) -> bool:
        """Whether a second factor was shown; a passkey is both at once."""
        return self.factor is not None or self.way == PASSKEY

    def told(self) -> dict[str, str]:
        """Return it for the record."""
        return {"way": self.way} | ({"factor": self.factor} if self.factor else {})


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in device."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    origin: Origin
    began: Beginning


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just opened, and the token that only its browser keeps."""

    id: UUID
    token: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A living session as the operator sees it."""

    id: UUID
    email: str
    organization: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    way: str
    factor: str | None


@dataclass(frozen=True, slots=True)
class ActsAs:
    """The operator who gets a session of somebody else, and for how long."""

    kind: Acting
    operator: str
    operator_session_id: UUID
    lifetime: timedelta
    grant_id: UUID | None = None
