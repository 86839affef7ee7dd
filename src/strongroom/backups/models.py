"""What a run of a backup or a drill is, and how it all stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID


RunKind = Literal["backup", "drill"]
Result = Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class BackupRun:
    """One backup or drill: asked for, under way, or ended."""

    id: UUID
    kind: RunKind
    rehearsal: bool
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    result: Result | None = None
    archive: str | None = None
    reason: str | None = None
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """How backups stand, for whoever has to know."""

    last: BackupRun | None
    """The newest backup that was finished."""

    drilled: BackupRun | None
    """The newest drill that was finished, whatever it found."""

    failed: BackupRun | None
    """The newest run, if that one failed."""

    is_late: bool
    """Whether a backup or a drill is overdue."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What was done in a restored database, before anybody may use it."""

    opened: Sequence[str] = ()
    """Sealed columns of which one value was opened."""

    erased: int = 0
    """Rows that were erased again, of people who must stay erased."""
