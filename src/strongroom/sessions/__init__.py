"""Sessions: one row per signed-in device, looked up on every request."""

from .models import ActsAs, KnownSession, NewSession, Session
from .policy import COOKIE, clear_cookie, session_cookie
from .service import AllSessions, Sessions
from .settings import SessionSettings


__all__ = [
    "COOKIE",
    "ActsAs",
    "AllSessions",
    "KnownSession",
    "NewSession",
    "Session",
    "SessionSettings",
    "Sessions",
    "clear_cookie",
    "session_cookie",
]
