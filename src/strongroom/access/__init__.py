"""Access: which role may do which action, decided in one place."""

from .models import Action
from .policy import ADMINS, EVERYONE, GRANTS, NEVER_BY_KEY, SIGNED_IN
from .service import actions_for_keys, actions_of, require_action, who_can


__all__ = [
    "ADMINS",
    "EVERYONE",
    "GRANTS",
    "NEVER_BY_KEY",
    "SIGNED_IN",
    "Action",
    "actions_for_keys",
    "actions_of",
    "require_action",
    "who_can",
]
