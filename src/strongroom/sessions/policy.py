"""The session cookie, and what a device is called."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strongroom.kernel import Secret, utc_now


COOKIE = "__Host-session"
"""The prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis)."""

ATTRIBUTES: Mapping[str, Any] = {
    "path": "/",
    "secure": True,
    "httponly": True,
    "samesite": "lax",
}

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What a User-Agent holds, the more telling first: browsers name their forebears."""


def session_cookie(token: Secret, expires_at: datetime) -> dict[str, Any]:
    """Return the parts of the cookie that gives a browser its session."""
    left = (expires_at - utc_now()).total_seconds()
    return _cookie(token.reveal(), max(0, int(left)))


def clear_cookie() -> dict[str, Any]:
    """Return the parts of the cookie that takes it away."""
    return _cookie("", 0)


def device_name(user_agent: str | None) -> str:
    """Return what a person calls the device that introduced itself so.

    It says what it likes: the name helps a person to tell devices apart, no more.
    """
    text = user_agent or ""
    browser = _first(_BROWSERS, text) or text.partition("/")[0][:40]
    system = _first(_SYSTEMS, text)
    name = f"{browser} on {system}" if browser and system else browser
    return name or "Unknown device"


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for mark, name in table if mark in text), None)


def _cookie(value: str, seconds: int) -> dict[str, Any]:
    return {"key": COOKIE, "value": value, "max_age": seconds, **ATTRIBUTES}
