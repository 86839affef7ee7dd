"""What a log stream is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from strongroom.kernel import Secret


Form = Literal["entries", "ocsf"]
"""Lines as the export has them, or events of OCSF."""

State = Literal["paused", "failing", "behind", "current"]


@dataclass(frozen=True, slots=True)
class NewStream:
    """What somebody asks for. *authority* is a CA certificate as PEM, or empty."""

    name: str
    target: str
    form: Form = "entries"
    authority: str = ""
    from_start: bool = False
    """Whether to send what is sealed already, and not only what comes."""


@dataclass(frozen=True, slots=True)
class LogStream:
    """One place that an organization's log is sent to.

    ``next_leaf`` is the cursor: everything before it was taken. ``behind`` is how many
    sealed entries still wait.
    """

    id: UUID
    organization_id: UUID
    name: str
    origin: str
    """Scheme, host and port; the path of a webhook can be a secret, and is not here."""

    form: Form
    next_leaf: int
    behind: int
    attempts: int
    failure: str | None
    failing_since: datetime | None
    next_attempt_at: datetime
    delivered_at: datetime | None
    paused_at: datetime | None
    created_at: datetime

    @property
    def state(self) -> State:
        """How it stands, in a word."""
        if self.paused_at:
            return "paused"
        if self.failing_since:
            return "failing"
        return "behind" if self.behind else "current"

    @property
    def is_signed(self) -> bool:
        """Whether its messages are signed: a webhook's are."""
        return self.origin.startswith("https:")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What of a stream is sealed in its row, as text of the vault."""

    target: str
    secret: str | None
    former_secret: str | None
    authority: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Where a stream leads, opened for one batch."""

    target: str
    secrets: tuple[Secret, ...]
    authority: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """How one try went: so many were taken, and why the next one was not."""

    taken: int
    failure: str | None = None
    retry_after: int | None = None
    gone: bool = False
