"""Limits: how often something may be tried, and who is told when that looks wrong."""

from .errors import LimitReached
from .models import Alarm, Attempt, Charge, Limit, Standing, Words
from .policy import (
    DEVICE_COOKIE,
    device_cookie,
    header_lines,
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
    "Standing",
    "Words",
    "device_cookie",
    "header_lines",
]
