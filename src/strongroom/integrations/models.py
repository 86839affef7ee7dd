"""What an integration is, without its credential, and what somebody wishes of one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import msgspec

from strongroom.connectors import Fields
from strongroom.kernel import Secret


MIRROR_PATH = "/api/v1/integrations/mirror"
"""Where the house says what arrived. The bearer there is a canary's, of no caller."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed: public fields, and the secret if one was typed."""

    name: str
    fields: Fields
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """An organization's credential, without the credential."""

    id: UUID
    kind: str
    name: str
    fields: Fields
    destination: str
    """The hosts that the secret was given for."""

    last_four: str
    fingerprint: str
    created_at: datetime
    rotated_at: datetime
    tested_at: datetime | None = None
    works: bool | None = None
    said: str | None = None
    """What the last test said."""

    deleted_at: datetime | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the integration that a *row* describes, fields already decoded."""
        names = cls.__slots__
        return cls(**{name: row[name] for name in names})

    @property
    def mark(self) -> tuple[object, ...]:
        """All that a person may change of how it is used."""
        return self.rotated_at, self.destination, tuple(sorted(self.fields.items()))

    def due_at(self, rotate_after: timedelta) -> datetime:
        """Return when its secret should be replaced."""
        return self.rotated_at + rotate_after


@dataclass(frozen=True, slots=True)
class Stored:
    """An integration and its secret as it lies in the table."""

    integration: Integration
    sealed: str


class Sealed(msgspec.Struct, frozen=True):
    """What is sealed: the secret, and what it is bound to. It shows neither."""

    bound: str
    secret: str

    def __repr__(self) -> str:
        """Show that something is hidden."""
        return "Sealed(•••)"
