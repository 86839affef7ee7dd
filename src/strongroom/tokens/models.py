"""What an API key is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is shown: everything but the key itself."""

    id: UUID
    organization_id: UUID
    name: str
    maker: str
    """The address of the member for whom it acts."""

    hint: str
    """How the key begins, to tell it from others."""

    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    state: str
    """``active``, ``expired`` or ``revoked``, by the database's clock."""


@dataclass(frozen=True, slots=True)
class WantedApiKey:
    """What somebody asks for."""

    name: str
    scopes: frozenset[str]
    days: int
    form: UUID | None = None
    """Of the form that asks: sent again, as by a reload, it makes no second key."""


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made; its text is shown this once."""

    id: UUID
    text: Secret
    expires_at: datetime
