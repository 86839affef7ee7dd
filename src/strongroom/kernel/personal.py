"""Words for personal data: whose it is, what for, how long, and what erasing does.

Every domain says it of its tables in ``personal_data.py``, and an embedder of its own.
The entries are data: export, erasure, retention, backups and the public table all read
the same ones. Nothing here reads a database; see ``strongroom.privacy``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Self

from .duration import SettingsInvalid, duration


Ground = Literal["contract", "legitimate interest", "legal obligation", "consent"]
"""Why the data may be kept at all (GDPR Art. 6(1))."""

OnErasure = Literal["delete", "anonymise", "retain"]

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_WORD = re.compile(r"[\w -]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """Which column says whose a row is."""

    column: str
    by: Literal["account", "account as text", "email"]
    """``account`` compares the account's id, ``email`` its confirmed address."""

    only: Mapping[str, str] = field(default_factory=dict)
    """Columns and the values that a row must have for the column to say it."""

    others: tuple[str, ...] = ()
    """Columns of such a row that are about somebody else. A copy leaves them out, and
    erasing the person leaves the row alone."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long a row is kept after the moment in its column *clock*."""

    length: timedelta
    clock: str
    setting: str | None = None
    """A setting of the policy that overrides *length*, such as ``audit.retention``."""

    by: str | None = None
    """The domain that ends it by a job of its own; None leaves it to privacy's."""

    def under(self, policy: Mapping[str, Mapping[str, Any]]) -> timedelta:
        """Return the length that holds under *policy*.

        Raises:
            SettingsInvalid: the setting is no duration.

        """
        if self.setting is None:
            return self.length
        section, _, name = self.setting.partition(".")
        text = policy.get(section, {}).get(name)
        if text is None:
            return self.length
        try:
            return duration(str(text))
        except SettingsInvalid as reason:
            message = f"[{section}] {name}: {reason}"
            raise SettingsInvalid(message) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """What one table holds about people.

    Each column that can hold text, bytes, JSON or an address is named exactly once, as
    personal or as impersonal, so that a column added later is noticed.
    """

    table: str
    """Its name with its schema, such as ``strongroom.sessions``."""

    title: str
    """What people call its rows, such as "Signed-in devices"."""

    subject: Subject | None
    """Whose a row is, or None when its rows are about nobody."""

    also: tuple[Subject, ...] = ()
    """Other columns by which a row is a person's."""

    purpose: str = ""
    """What rows are for in which no column is personal by itself."""

    personal: Mapping[str, str] = field(default_factory=dict)
    """Column and purpose. Backups seal these under the person's own key."""

    impersonal: tuple[str, ...] = ()
    """Every other column that could hold a person's data, and does not."""

    withheld: Mapping[str, str] = field(default_factory=dict)
    """Columns that an export leaves out, each with the reason."""

    ground: Ground | None = None
    kept: str | Period
    """A period that the retention job enforces, or in words what ends it."""

    on_erasure: OnErasure = "delete"
    because: str = ""
    """Why it is about nobody, anonymised or retained."""

    instead: Mapping[str, str] = field(default_factory=dict)
    """What an anonymised column then holds; one that is not named becomes null."""

    backed_up: Literal[True] | str = True
    """Or, in words, why not."""

    example: Mapping[str, str] = field(default_factory=dict)
    """Values for the row that a proof writes, where a column's type is not enough."""

    def __post_init__(self) -> None:
        """Refuse an entry that leaves open what it must say.

        Raises:
            ValueError: a name is no plain name, or something is missing.

        """
        if fault := next(self._faults(), None):
            message = f"{self.table}: {fault}"
            raise ValueError(message)

    @classmethod
    def about_nobody(
        cls,
        table: str,
        title: str,
        *,
        because: str,
        impersonal: tuple[str, ...] = (),
        kept: str | Period = "while the service runs",
        backed_up: Literal[True] | str = True,
        example: Mapping[str, str] | None = None,
    ) -> Self:
        """Return the entry of a table whose rows are about no person."""
        return cls(
            table=table,
            title=title,
            subject=None,
            impersonal=impersonal,
            kept=kept,
            because=because,
            backed_up=backed_up,
            example=example or {},
        )

    @property
    def named(self) -> frozenset[str]:
        """Every column of which the entry says whether it is personal."""
        return frozenset((*self.personal, *self.impersonal))

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Every way in which a row is a person's; none for rows about nobody."""
        return (self.subject, *self.also) if self.subject else ()

    @property
    def own(self) -> tuple[Subject, ...]:
        """The ways in which a row is a person's and nobody else's."""
        return tuple(each for each in self.subjects if not each.others)

    def _faults(self) -> Iterator[str]:
        for name in self._names():
            if not _NAME.fullmatch(name):
                yield f"{name!r} is no plain name of a table or column"
        for value in (v for each in self.subjects for v in each.only.values()):
            if not _WORD.fullmatch(value):
                yield f"{value!r} is no plain word"
        yield from self._gaps()

    def _gaps(self) -> Iterator[str]:
        if twice := set(self.personal) & set(self.impersonal):
            yield f"{', '.join(sorted(twice))} cannot be both personal and impersonal"
        if self.subject is None and self.personal:
            yield "personal columns need a subject: say whose they are"
        if self.subject is not None and not (self.personal or self.purpose):
            yield "say what the rows are for: purpose=…"
        if self.subject is not None and self.ground is None:
            yield "say on what ground it is kept"
        if (self.subject is None or self.on_erasure != "delete") and not self.because:
            yield "say why: because=…"
        if self.on_erasure == "retain" and not isinstance(self.kept, Period):
            yield "what is retained needs an end: kept=Period(…)"
        if strangers := set(self.instead) - set(self.personal):
            yield f"{', '.join(sorted(strangers))} is replaced and is not personal"

    def _names(self) -> Iterator[str]:
        """Yield every name that will stand in a statement."""
        schema, _, table = self.table.partition(".")
        yield from (schema, table, *self.named, *self.withheld, *self.example)
        for subject in self.subjects:
            yield from (subject.column, *subject.only, *subject.others)
        if isinstance(self.kept, Period):
            yield self.kept.clock
