"""How long people can think again, and how long an export waits for them."""

from dataclasses import dataclass
from datetime import timedelta


LONGEST_WAIT = timedelta(days=28)
LONGEST_EXPORT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """Both ends are checked when they are read."""

    cooling_off: timedelta = timedelta(days=7)
    """An erasure begins so long after it was asked for, and can be undone till then."""

    export_kept: timedelta = timedelta(days=7)
    """An export that nobody fetched is deleted after this long."""

    def __post_init__(self) -> None:
        """Refuse waits that break the month of GDPR Art. 12(3), or keep copies lying.

        Raises:
            ValueError: one does.

        """
        if not timedelta(0) <= self.cooling_off <= LONGEST_WAIT:
            message = "cooling_off is at most 28d: an erasure is due within a month"
            raise ValueError(message)
        if not timedelta(0) < self.export_kept <= LONGEST_EXPORT:
            message = "export_kept is at most 7d"
            raise ValueError(message)
