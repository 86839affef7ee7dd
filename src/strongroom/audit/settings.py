"""How long the audit log is kept."""

from dataclasses import dataclass
from datetime import timedelta


SHORTEST = timedelta(days=30)  # The database refuses to drop a younger entry.


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """The rules of the log."""

    retention: timedelta = timedelta(days=365)
    """How long an entry's content is kept; its place in the tree stays for ever."""

    def __post_init__(self) -> None:
        """Refuse a period that would forget what an investigation needs.

        Raises:
            ValueError: it is too short.

        """
        if self.retention < SHORTEST:
            message = f"retention must be at least {SHORTEST.days}d"
            raise ValueError(message)
