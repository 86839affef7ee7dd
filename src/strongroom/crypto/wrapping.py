"""Keys that protect keys: made of two shares, and wrapping one key for one owner.

Guards the keys in a database against whoever has the database alone, or the
configuration alone: the key that wraps them is derived from a share in each.
HKDF-SHA-256 (RFC 5869), AES-256-GCM (NIST SP 800-38D).
"""

import os
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .envelope import NONCE_BYTES, SealInvalid, length_prefixed


SHARE_BYTES = 32


def join_shares(configured: bytes, stored: bytes, generation: int) -> bytes:
    """Return the wrapping key that only both shares together give.

    Raises:
        ValueError: a share is missing or has another length.

    """
    if len(configured) != SHARE_BYTES or len(stored) != SHARE_BYTES:
        message = f"each share must have {SHARE_BYTES} bytes"
        raise ValueError(message)
    return _derive(configured + stored, f"wrapping key {generation}")


def fingerprint(key: bytes) -> bytes:
    """Return what tells whether *key* is the right one, and nothing else of it."""
    return _derive(key, "fingerprint")


def is_key_of(expected: bytes, key: bytes) -> bool:
    """Say whether *expected* is the fingerprint of *key*."""
    return compare_digest(expected, fingerprint(key))


def wrap(wrapping_key: bytes, key: bytes, *bound: str) -> bytes:
    """Return *key*, wrapped for the owner and version that *bound* names."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(wrapping_key).encrypt(nonce, key, length_prefixed(*bound))


def unwrap(wrapping_key: bytes, wrapped: bytes, *bound: str) -> bytes:
    """Return the key that was wrapped for *bound*.

    Raises:
        SealInvalid: it was altered or moved, or another key wrapped it.

    """
    nonce, body = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    try:
        return AESGCM(wrapping_key).decrypt(nonce, body, length_prefixed(*bound))
    except (InvalidTag, ValueError):
        raise SealInvalid from None


def _derive(material: bytes, purpose: str) -> bytes:
    info = f"strongroom/v1/vault/{purpose}".encode()
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(material)
