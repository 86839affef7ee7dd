"""What an action is, and why somebody may or may not do it."""

from dataclasses import dataclass


Action = str
"""A permanent name such as ``session.end``: the same on record and in the policy."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the gate says of one action and one role, and why."""

    action: Action
    role: str
    allowed: bool
    why: str
    """One sentence."""

    roles: tuple[str, ...]
    """Every role that may do it: the strongest first, the organization's own last."""

    holds: tuple[Action, ...]
    """What the role includes of what is the organization's, by name."""

    asks_factor: bool
    """Whether a second factor, where there is one, is asked for again."""

    by_key: bool
    """Whether an API key of such a member could have it as scope."""
