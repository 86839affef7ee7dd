"""The session cookie, and what a device is called."""

from collections.abc import Mapping
from datetime import datetime

from strongroom.kernel import Cookie, Secret, host_cookie, utc_now

from .models import BY_PROVIDER


COOKIE = "__Host-session"

_WAYS: Mapping[str, str] = {
    "password": "password",
    "passkey": "passkey",
    "magic-link": "link by mail",
    "invitation": "invitation",
    "operator": "an operator",
    "unknown": "not recorded",
}
_FACTORS: Mapping[str, str] = {
    "app": "authenticator app",
    "recovery-code": "recovery code",
    "passkey": "passkey",
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


def session_cookie(token: Secret, expires_at: datetime) -> Cookie:
    """Return the parts of the cookie that gives a browser its session."""
    left = (expires_at - utc_now()).total_seconds()
    return _cookie(token.reveal(), max(0, int(left)))


def clear_cookie() -> Cookie:
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


def way_name(way: str) -> str:
    """Return what a person calls a way in; a provider is called by its name."""
    return _WAYS.get(way) or way.removeprefix(BY_PROVIDER)


def factor_name(factor: str | None) -> str | None:
    """Return what a person calls the factor that finished a sign-in, if one did."""
    return _FACTORS[factor] if factor else None


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for mark, name in table if mark in text), None)


def _cookie(value: str, seconds: int) -> Cookie:
    return host_cookie(COOKIE, value, seconds, same_site="lax")
