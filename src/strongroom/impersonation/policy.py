"""How an operator gets from one listener to the other, and for how long; no I/O."""

from datetime import timedelta

from strongroom.sessions import ActsAs

from .models import HandOver


HAND_OVER = "act as a customer"
HAND_OVER_LIFETIME = timedelta(minutes=1)
MOST_PLACES = 50
"""Organizations on one page; whoever looks for another types more of its name."""


def acts_as(found: HandOver, longest: timedelta) -> ActsAs:
    """Return the class and the end of the session that a hand-over opens."""
    if found.grant_id is None:
        session = found.operator_session_id
        return ActsAs("impersonation", found.operator, session, longest)
    left = timedelta(seconds=found.seconds_left or 0)
    return ActsAs(
        "break-glass",
        found.operator,
        found.operator_session_id,
        min(longest, left),
        found.grant_id,
    )
