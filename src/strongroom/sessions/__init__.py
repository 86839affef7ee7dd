"""Sessions: one row per signed-in device, looked up on every request."""

from .models import (
    INVITATION,
    MAGIC_LINK,
    OPERATOR,
    PASSKEY,
    PASSWORD,
    UNKNOWN,
    ActsAs,
    Beginning,
    Factor,
    KnownSession,
    NewSession,
    Session,
    Way,
    by_provider,
)
from .policy import COOKIE, clear_cookie, session_cookie, way_name
from .service import AllSessions, Sessions
from .settings import SessionSettings


__all__ = [
    "COOKIE",
    "INVITATION",
    "MAGIC_LINK",
    "OPERATOR",
    "PASSKEY",
    "PASSWORD",
    "UNKNOWN",
    "ActsAs",
    "AllSessions",
    "Beginning",
    "Factor",
    "KnownSession",
    "NewSession",
    "Session",
    "SessionSettings",
    "Sessions",
    "Way",
    "by_provider",
    "clear_cookie",
    "session_cookie",
    "way_name",
]
