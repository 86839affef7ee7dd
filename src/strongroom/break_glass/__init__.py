"""Break-glass: more than looking takes a second operator, and ends at a set time."""

from .errors import GrantGone, NoGrant, NoReason, SamePerson
from .models import Grant
from .policy import require_reason
from .service import BreakGlass


__all__ = [
    "BreakGlass",
    "Grant",
    "GrantGone",
    "NoGrant",
    "NoReason",
    "SamePerson",
    "require_reason",
]
