"""Notices: owners hear what happens to their account, and stop it by one click."""

from .models import Notice
from .policy import (
    CODE_USED,
    CODES_RENEWED,
    FACTOR_ADDED,
    FACTOR_REMOVED,
    FACTORS_RESET,
    NEW_DEVICE,
    NOT_ME,
    PASSKEY_ADDED,
    PASSKEY_REMOVED,
    PASSWORD_CHANGED,
    PROVIDER_CONNECTED,
    PROVIDER_DISCONNECTED,
)
from .service import Notices, Parts


__all__ = [
    "CODES_RENEWED",
    "CODE_USED",
    "FACTORS_RESET",
    "FACTOR_ADDED",
    "FACTOR_REMOVED",
    "NEW_DEVICE",
    "NOT_ME",
    "PASSKEY_ADDED",
    "PASSKEY_REMOVED",
    "PASSWORD_CHANGED",
    "PROVIDER_CONNECTED",
    "PROVIDER_DISCONNECTED",
    "Notice",
    "Notices",
    "Parts",
]
