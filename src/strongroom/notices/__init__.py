"""Notices: owners hear what happens to their account, and stop it by one click."""

from .models import Notice
from .policy import (
    ADDRESS_CHANGED,
    FACTOR_ADDED,
    FACTOR_REMOVED,
    NEW_DEVICE,
    NOT_ME,
    PASSWORD_CHANGED,
)
from .service import Notices, Parts


__all__ = [
    "ADDRESS_CHANGED",
    "FACTOR_ADDED",
    "FACTOR_REMOVED",
    "NEW_DEVICE",
    "NOT_ME",
    "PASSWORD_CHANGED",
    "Notice",
    "Notices",
    "Parts",
]
