"""Cookies as this house gives them: to this very host, over TLS, unread by scripts.

Guards the browser's credentials against other hosts of the same domain, which can plant
cookies, and against scripts. It says nothing about what a cookie holds.
"""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote


PREFIX = "__Host-"
"""It makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis)."""

Cookie = Mapping[str, Any]
"""The parts of a cookie, as a response takes them."""


def host_cookie(
    name: str, value: str, seconds: int, *, same_site: Literal["lax", "strict"]
) -> Cookie:
    """Return a cookie that a browser keeps for *seconds*; 0 takes it away.

    Lax ones come along when a link of another site leads here, Strict ones never.

    Raises:
        ValueError: other hosts could plant a cookie of this *name*.

    """
    if not name.startswith(PREFIX):
        message = f"the cookie {name} does not begin with {PREFIX}"
        raise ValueError(message)
    return {
        "key": name,
        "value": quote(value, safe=""),
        "max_age": seconds,
        "path": "/",
        "secure": True,
        "httponly": True,
        "samesite": same_site,
    }
