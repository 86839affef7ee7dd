"""Access: which role may do which action, decided in one place."""

from .errors import (
    FactorMissing,
    NetworkNotAllowed,
    NoSuchAction,
    NotForOperators,
    ScopeMissing,
    StepUpRequired,
    WayNotAllowed,
)
from .models import Action, Explanation
from .policy import (
    ADMINS,
    BY_BREAK_GLASS,
    BY_OPERATOR,
    EVERY_ROLE,
    EVERYONE,
    GRANTABLE,
    GRANTS,
    NEVER_BY_KEY,
    ROLES,
    SERVICES,
    SIGNED_IN,
    STEP_UP,
)
from .service import (
    Access,
    actions_for_keys,
    actions_of,
    explain,
    require_action,
    who_can,
)


__all__ = [
    "ADMINS",
    "BY_BREAK_GLASS",
    "BY_OPERATOR",
    "EVERYONE",
    "EVERY_ROLE",
    "GRANTABLE",
    "GRANTS",
    "NEVER_BY_KEY",
    "ROLES",
    "SERVICES",
    "SIGNED_IN",
    "STEP_UP",
    "Access",
    "Action",
    "Explanation",
    "FactorMissing",
    "NetworkNotAllowed",
    "NoSuchAction",
    "NotForOperators",
    "ScopeMissing",
    "StepUpRequired",
    "WayNotAllowed",
    "actions_for_keys",
    "actions_of",
    "explain",
    "require_action",
    "who_can",
]
