"""Notices: owners hear what happens to their account, and stop it by one click."""

from .models import Notice
from .policy import (
    FACTOR_ADDED,
    FACTOR_REMOVED,
    NEW_DEVICE,
    NOT_ME,
    PASSKEY_ADDED,
    PASSKEY_REMOVED,
    PASSWORD_CHANGED,
    PROVIDER_CONNECTED,
)
from .service import Notices, Parts


__all__ = [
    "FACTOR_ADDED",
    "FACTOR_REMOVED",
    "NEW_DEVICE",
    "NOT_ME",
    "PASSKEY_ADDED",
    "PASSKEY_REMOVED",
    "PASSWORD_CHANGED",
    "PROVIDER_CONNECTED",
    "Notice",
    "Notices",
    "Parts",
]
