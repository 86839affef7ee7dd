"""Opaque tokens: random to whoever holds one, a digest to the database.

Guards against a stolen table: SHA-256 of 256 random bits cannot be inverted, so
no slow hash is needed. It does not expire anything; its owner's row does.
"""

import hashlib
import secrets


TOKEN_BYTES = 32


def new_token() -> str:
    """Return 256 random bits as URL-safe text of 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """Return the SHA-256 digest under which a token is kept."""
    return hashlib.sha256(token.encode()).digest()
