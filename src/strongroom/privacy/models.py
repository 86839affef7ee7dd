"""What a request, a hold and the registry are."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from strongroom.kernel import Ground, PersonalTable


_FOLDER = re.compile(r"[a-z][a-z0-9_]*")

Kind = Literal[
    "access", "export", "erasure", "rectification", "restriction", "objection"
]
State = Literal["open", "waiting", "done", "refused", "cancelled"]


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data it is."""

    id: UUID
    email: str


@dataclass(frozen=True, slots=True)
class Request:
    """A person's wish: ``open`` waits for a human, ``waiting`` for the house."""

    id: UUID
    account_id: UUID
    kind: Kind
    state: State
    opened_at: datetime
    due_at: datetime
    """One month after it was opened (GDPR Art. 12(3))."""

    starts_at: datetime | None = None
    done_at: datetime | None = None
    words: str | None = None
    answer: str | None = None
    handled_by: str | None = None
    obstacle: str | None = None
    stores_done: int = 0
    stores: int = 0
    email: str | None = None
    """The account's address, while there is an account."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.state not in {"open", "waiting"}

    def is_late(self, now: datetime) -> bool:
        """Say whether the month has passed without an answer."""
        return not self.is_settled and now > self.due_at


@dataclass(frozen=True, slots=True)
class Hold:
    """Why one store keeps a person's rows whatever else is due."""

    id: UUID
    account_id: UUID
    store: str
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str | None = None
    released_at: datetime | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalFiles:
    """Files about people that an embedder keeps outside the database.

    Both verbs may be called again for the same person, also long after, with an empty
    address: an erasure that was cut off, or a restored backup, is erased again.
    """

    name: str
    """Their folder in a copy: plain lower-case letters, digits and underscores."""

    title: str
    """What people call them, such as "Attachments"."""

    purpose: str
    ground: Ground
    kept: str
    """In words, what ends them."""

    export: Callable[[Person], Awaitable[Mapping[str, bytes]]]
    """Return a person's files by their names, which may have folders in them."""

    erase: Callable[[Person], Awaitable[None]]
    """Delete a person's files, or raise; then nothing of the person is erased yet."""

    def __post_init__(self) -> None:
        """Refuse a name that is no plain folder.

        Raises:
            ValueError: it is none.

        """
        if not _FOLDER.fullmatch(self.name):
            message = f"{self.name!r} is no plain name of a folder"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Registry:
    """What every table of the house, and of the embedder, holds about people."""

    tables: Sequence[PersonalTable]
    policy: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Sequence[PersonalFiles] = ()

    @property
    def personal(self) -> list[PersonalTable]:
        """The tables with rows about people."""
        return [each for each in self.tables if each.subject is not None]

    def find(self, table: str) -> PersonalTable | None:
        """Return the entry of *table*, or None."""
        return next((each for each in self.tables if each.table == table), None)


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the public table: what is kept, what for, and until when."""

    title: str
    purposes: Sequence[str]
    ground: str
    until: str
    on_erasure: str


@dataclass(frozen=True, slots=True)
class Job:
    """How the retention job last ran."""

    due_at: datetime
    ran_at: datetime | None
    removed: Mapping[str, int]
    """Rows per table, at the last run."""

    is_due: bool
    is_late: bool
    """Whether a whole turn was missed."""
