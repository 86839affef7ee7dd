"""Admission: what an organization asks of whoever works in it."""

from .models import OTHER_WAY, Affected, Meeting, SignInPolicy
from .policy import is_within
from .service import Admission, Parts


__all__ = [
    "OTHER_WAY",
    "Admission",
    "Affected",
    "Meeting",
    "Parts",
    "SignInPolicy",
    "is_within",
]
