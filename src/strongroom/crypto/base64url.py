"""Bytes as text that is safe in URLs: base64url without padding (RFC 7515 §2).

Each value has one spelling. Whatever is spelled otherwise is refused, because a list of
what was used up would not know it again.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def to_base64url(raw: bytes) -> str:
    """Return *raw* as text."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of which *text* is the one spelling.

    Raises:
        ValueError: it is no base64url, or another spelling.

    """
    raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if to_base64url(raw) != text:
        message = "this is another spelling of the same bytes"
        raise ValueError(message)
    return raw
