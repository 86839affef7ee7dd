"""What an audit entry holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Self
from uuid import UUID

from strongroom.kernel import NOWHERE, Caller, Origin, new_id


Outcome = Literal["done", "refused"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: an account, an operator, nobody we know, or the house itself."""

    kind: Literal["account", "nobody", "house", "operator"]
    id: UUID | None = None
    name: str | None = None
    operator: str | None = None
    """The operator who acted as the account, if the account did not act itself."""

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Return the actor that *caller* is."""
        return cls("account", caller.account_id, caller.email, caller.operator)


NOBODY = Actor("nobody")
HOUSE = Actor("house")


@dataclass(frozen=True, slots=True)
class Target:
    """What was acted upon."""

    kind: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done or refused.

    ``organization_id`` is None for what concerns the house and no organization.
    """

    action: str
    actor: Actor
    target: Target
    organization_id: UUID | None = None
    outcome: Outcome = "done"
    reason: str | None = None
    origin: Origin = NOWHERE
    details: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)
    occurred_at: datetime | None = None

    @classmethod
    def by(
        cls,
        caller: Caller,
        action: str,
        target: Target,
        origin: Origin,
        **details: Any,
    ) -> Self:
        """Return the entry of what *caller* did in the organization they act in."""
        who, where = Actor.of(caller), caller.organization_id
        return cls(action, who, target, where, origin=origin, details=details)

    @property
    def tenant(self) -> UUID:
        """Return the organization that it concerns.

        Raises:
            ValueError: it concerns the house and no organization.

        """
        if self.organization_id is None:
            message = f"{self.action} concerns the house and no organization"
            raise ValueError(message)
        return self.organization_id


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are asked for; what is None narrows nothing."""

    action: str | None = None
    outcome: str | None = None
    actor: str | None = None
    """An address in any case, or the id of an account."""
    target: str | None = None
    """A kind, or the id of one thing."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that no longer counts."""


EVERYTHING = EntryFilter()


@dataclass(frozen=True, slots=True)
class View:
    """A filter that an organization keeps under a name."""

    id: UUID
    name: str
    filters: Mapping[str, str]
    """What the console's form holds, by field; empty fields are left out."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How much was done and refused on one day (UTC)."""

    day: date
    done: int
    refused: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Newest entries first, and the cursor of the page after this one."""

    entries: list[Entry]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class TreePlace:
    """Where the trees lie, and under whose name their checkpoints are signed."""

    host: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Sealed:
    """Which leaf of how large a tree an entry is, and the proof of it."""

    leaf: int
    size: int
    proof: bytes
