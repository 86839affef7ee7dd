"""Whose key seals, where a sealed value stands, and what is known about keys."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Self
from uuid import UUID


OwnerKind = Literal["organization", "person"]
Form = Literal["text", "bytes"]

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Whose key: destroying it makes everything that it sealed unreadable."""

    kind: OwnerKind
    id: UUID

    @classmethod
    def organization(cls, organization_id: UUID) -> Self:
        """Return an organization as an owner."""
        return cls("organization", organization_id)

    @classmethod
    def person(cls, account_id: UUID) -> Self:
        """Return a person as an owner, for what is erased with the person."""
        return cls("person", account_id)

    @property
    def words(self) -> tuple[str, str]:
        """What names the owner in associated data."""
        return self.kind, str(self.id)


class Place(NamedTuple):
    """Where a sealed value stands; it opens nowhere else.

    A row that is named by a UUID is not the row that is named by the same text.
    """

    table: str
    column: str
    row: UUID | str


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values are sealed, so that rotation can find them.

    ``row`` is the column that ``Place.row`` takes, ``owner`` the one with the owner's
    id; ``form`` says whether the column is text or bytea.
    """

    table: str
    column: str
    row: str = "id"
    owner: str = "organization_id"
    kind: OwnerKind = "organization"
    form: Form = "text"

    def __post_init__(self) -> None:
        """Refuse a name that would have to be quoted in a statement.

        Raises:
            ValueError: there is one.

        """
        for name in (*self.table.split("."), self.column, self.row, self.owner):
            if not _NAME.fullmatch(name):
                message = f"a sealed column needs plain lower-case names, not {name!r}"
                raise ValueError(message)

    @property
    def name(self) -> str:
        """Its name, such as ``notes.body``."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One version of an owner's key, as the database keeps it."""

    owner: KeyOwner
    version: int
    generation: int | None
    wrapped: bytes | None
    seals: bool
    """Whether its time to seal has come, by the database's clock."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the key that a *row* of the table describes."""
        owner = KeyOwner(row["owner_kind"], row["owner_id"])
        kept = (row["version"], row["generation"], row["wrapped"])
        return cls(owner, *kept, seals=row["seals"])


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of the key that wraps the others."""

    number: int
    share: bytes | None
    fingerprint: bytes
    created_at: datetime | None = None
    destroyed_at: datetime | None = None
    handed: bytes | None = field(default=None, repr=False)
    """The configuration's share, for whoever has the other root key meanwhile."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the generation that a *row* of the table describes."""
        kept = (row["generation"], row["share"], row["fingerprint"])
        return cls(*kept, row["created_at"], row["destroyed_at"], row["handed"])
