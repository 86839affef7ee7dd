"""Access: which role may do which action, decided in one place."""

from .errors import StepUpRequired
from .models import Action
from .policy import ADMINS, EVERYONE, GRANTS, NEVER_BY_KEY, SERVICES, SIGNED_IN, STEP_UP
from .service import actions_for_keys, actions_of, require_action, who_can


__all__ = [
    "ADMINS",
    "EVERYONE",
    "GRANTS",
    "NEVER_BY_KEY",
    "SERVICES",
    "SIGNED_IN",
    "STEP_UP",
    "Action",
    "StepUpRequired",
    "actions_for_keys",
    "actions_of",
    "require_action",
    "who_can",
]
