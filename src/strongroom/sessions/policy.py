"""The session cookie, and what a device is called."""

from datetime import datetime

from strongroom.kernel import Secret


COOKIE = "__Host-session"
"""The prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis)."""

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

_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


def set_cookie(token: Secret, expires_at: datetime) -> str:
    """Return the ``Set-Cookie`` value that gives a browser its session."""
    until = expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return f"{COOKIE}={token.reveal()}; Expires={until}; {_ATTRIBUTES}"


def clear_cookie() -> str:
    """Return the ``Set-Cookie`` value that takes it away."""
    return f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}"


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
