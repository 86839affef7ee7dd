"""The time, passed in so that a test can move it."""

from collections.abc import Callable
from datetime import UTC, datetime


Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)
