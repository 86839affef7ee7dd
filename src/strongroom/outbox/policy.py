"""When a mail is tried again, and which is never tried."""

from datetime import timedelta


MOST_ATTEMPTS = 8
KEPT = timedelta(days=1)
"""Links in mails live an hour; a mail's row lives a day."""


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: 30 s, doubling."""
    return timedelta(seconds=30 * 2 ** max(0, attempts - 1))


def leaves_the_house(recipient: str) -> bool:
    """Say whether the address can exist; ``.invalid`` cannot (RFC 6761 §6.4)."""
    return not recipient.endswith(".invalid")
