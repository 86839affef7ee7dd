"""Cookies, read from every header that holds some.

Over HTTP/2 a browser may send each cookie in a header of its own (RFC 9113 §8.2.3), and
a reader of one header sees one of them. Guards also against a planted second one: of
two by the same name none is taken, because choosing is guessing. Ours hold visible
characters alone: one with a NUL, which no database takes, was made by somebody else.
"""

from typing import Any
from urllib.parse import unquote

from litestar import Request


def find_cookie(request: Request[Any, Any, Any], name: str) -> str | None:
    """Return the value of the request's one cookie called *name*, or None."""
    found = [
        value
        for header in request.headers.getall("cookie", [])
        for each, _, value in (
            part.strip().partition("=") for part in header.split(";")
        )
        if each == name
    ]
    if len(found) != 1:
        return None
    value = unquote(found[0])
    return value if value.isprintable() else None
