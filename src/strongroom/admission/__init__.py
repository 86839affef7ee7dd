"""Admission: what an organization asks of whoever works in it."""

from .models import OTHER_WAY, Affected, Meeting, SignInPolicy, WayIn
from .policy import is_within
from .service import Admission, Parts


__all__ = [
    "OTHER_WAY",
    "Admission",
    "Affected",
    "Meeting",
    "Parts",
    "SignInPolicy",
    "WayIn",
    "is_within",
]
