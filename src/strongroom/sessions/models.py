"""What a session is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from strongroom.kernel import Acting, Origin, Secret


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in device."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    origin: Origin


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


@dataclass(frozen=True, slots=True)
class ActsAs:
    """The operator who gets a session of somebody else, and for how long."""

    kind: Acting
    operator: str
    operator_session_id: UUID
    lifetime: timedelta
    grant_id: UUID | None = None
