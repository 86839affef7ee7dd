"""The vocabulary of the house: identifiers, time, secrets, refusals, settings."""

from .budget import Budget
from .caller import Acting, Caller
from .canary import CANARIES
from .clock import Clock, utc_now
from .cookies import Cookie, host_cookie
from .domain import Domain
from .duration import SettingsInvalid, duration
from .errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from .ids import first_id, new_id
from .origin import NOWHERE, Origin
from .personal import Ground, Period, PersonalTable, Subject
from .secret import Secret
from .settings import load_settings


__all__ = [
    "CANARIES",
    "NOWHERE",
    "Acting",
    "Budget",
    "Caller",
    "Clock",
    "Conflict",
    "Cookie",
    "Domain",
    "Forbidden",
    "Ground",
    "Invalid",
    "NotFound",
    "Origin",
    "Period",
    "PersonalTable",
    "Refusal",
    "Secret",
    "SettingsInvalid",
    "Subject",
    "Unauthenticated",
    "Unavailable",
    "duration",
    "first_id",
    "host_cookie",
    "load_settings",
    "new_id",
    "utc_now",
]
