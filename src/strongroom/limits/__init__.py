"""Limits: how often something may be tried, and who is told when that looks wrong."""

from .errors import LimitReached
from .models import Alarm, Attempt, Charge, Limit, Spent, Standing, Words
from .policy import (
    DEVICE_COOKIE,
    device_cookie,
    header_lines,
    standing_of,
)
from .service import Alarms, Limits, Pace
from .settings import LimitsSettings


__all__ = [
    "DEVICE_COOKIE",
    "Alarm",
    "Alarms",
    "Attempt",
    "Charge",
    "Limit",
    "LimitReached",
    "Limits",
    "LimitsSettings",
    "Pace",
    "Spent",
    "Standing",
    "Words",
    "device_cookie",
    "header_lines",
    "standing_of",
]
