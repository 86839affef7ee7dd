"""Sessions: one row per signed-in device, looked up on every request."""

from .models import NewSession, Session
from .policy import COOKIE, clear_cookie, set_cookie
from .service import Sessions
from .settings import SessionSettings


__all__ = [
    "COOKIE",
    "NewSession",
    "Session",
    "SessionSettings",
    "Sessions",
    "clear_cookie",
    "set_cookie",
]
