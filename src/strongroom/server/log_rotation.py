"""Log files end: by size, by day, and for good when their time is over.

Guards against lines that are kept longer than the policy says. A file begins at least
daily and goes when its first line reaches the period, so no line outlives it.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_TOTAL = 20 * LARGEST_BYTES
"""A flood of lines ends older ones early rather than filling the disk."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How long the log is kept; metrics are not kept at all."""

    retention: timedelta = timedelta(days=30)
    """No line of the log is kept longer; at least two days."""

    def __post_init__(self) -> None:
        """Refuse a period in which no incident could be looked into.

        Raises:
            ValueError: it is shorter than two days.

        """
        if self.retention < 2 * DAY:
            message = "retention is shorter than two days"
            raise ValueError(message)


def rotate(path: Path, settings: LogSettings, now: datetime) -> None:
    """Begin a new file when the present one is large or old; forget what is over."""
    if path.exists() and _is_full(path, now):
        for older in reversed(rotated(path)):
            older.replace(path.with_name(f"{path.name}.{_number(older) + 1}"))
        path.replace(path.with_name(f"{path.name}.1"))
    left = LARGEST_TOTAL
    for older in rotated(path):
        left -= older.stat().st_size
        # A day earlier, because the file may hold the lines of a whole day.
        if left < 0 or begun(older) + settings.retention - DAY <= now:
            older.unlink()


def rotated(path: Path) -> list[Path]:
    """Return the finished files of the log at *path*, the newest first."""
    found = [each for each in path.parent.glob(f"{path.name}.*") if _number(each)]
    return sorted(found, key=_number)


def begun(path: Path) -> datetime:
    """Return when the first line of the log file *path* was written."""
    with path.open(encoding="utf-8", errors="replace") as file:
        line = file.readline()
    try:
        return datetime.fromisoformat(json.loads(line)["at"])
    except (ValueError, LookupError, TypeError):  # Cut off, or not a line of ours.
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _is_full(path: Path, now: datetime) -> bool:
    size = path.stat().st_size
    return size > LARGEST_BYTES or (size > 0 and begun(path) + DAY <= now)


def _number(path: Path) -> int:
    ending = path.suffix[1:]
    return int(ending) if ending.isdigit() else 0
