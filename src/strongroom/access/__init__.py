"""Access: which role may do which action, decided in one place."""

from .errors import NotForOperators, StepUpRequired
from .models import Action
from .policy import (
    ADMINS,
    BY_BREAK_GLASS,
    BY_OPERATOR,
    EVERYONE,
    GRANTS,
    NEVER_BY_KEY,
    SIGNED_IN,
    STEP_UP,
)
from .service import actions_for_keys, actions_of, require_action, who_can


__all__ = [
    "ADMINS",
    "BY_BREAK_GLASS",
    "BY_OPERATOR",
    "EVERYONE",
    "GRANTS",
    "NEVER_BY_KEY",
    "SIGNED_IN",
    "STEP_UP",
    "Action",
    "NotForOperators",
    "StepUpRequired",
    "actions_for_keys",
    "actions_of",
    "require_action",
    "who_can",
]
