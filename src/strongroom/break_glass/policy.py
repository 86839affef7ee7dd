"""What a request for emergency access must hold; no clock, no I/O."""

from datetime import timedelta

from .errors import NoReason, TooLong


SHORTEST_REASON = 10
LONGEST_REASON = 500
LONGEST = timedelta(minutes=60)
WAITS = timedelta(hours=1)
"""A request that nobody approved for so long is over."""


def require_reason(text: str) -> str:
    """Return a reason that somebody can read later, without space around it.

    Raises:
        NoReason: it says too little, or far too much.

    """
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason(fields={"reason": NoReason.title})
    return reason


def require_minutes(text: str) -> timedelta:
    """Return how long the access is to last.

    Raises:
        TooLong: it is no number, or no time that is allowed.

    """
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004
    lasts = timedelta(minutes=minutes)
    if not timedelta(0) < lasts <= LONGEST:
        raise TooLong(fields={"minutes": TooLong.title})
    return lasts
