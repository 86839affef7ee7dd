"""Access: which role may do which action, decided in one place."""

from .models import Action
from .policy import EVERYONE, GRANTS, SIGNED_IN
from .service import actions_of, require_action, who_can


__all__ = [
    "EVERYONE",
    "GRANTS",
    "SIGNED_IN",
    "Action",
    "actions_of",
    "require_action",
    "who_can",
]
