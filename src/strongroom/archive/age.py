"""Encryption for recipients, of whom only the public half is known here.

Guards archives against whoever reads their storage, and against this server itself:
what it wrote it cannot read again. The format is age (age-encryption.org/v1, X25519),
so that any tool that speaks it opens an archive without us.
"""

from collections.abc import Sequence
from typing import Any, Final, Self

import pyrage

from strongroom.crypto import Bech32Invalid, bech32_decode, bech32_encode

from .errors import ArchiveBroken, IdentityInvalid, NotForThisKey


HEADER: Final = b"age-encryption.org/v1\n"
"""What every encrypted part begins with."""

_AGE: Final[Any] = pyrage  # Its extension module tells no types.

_PREFIX = "age-secret-key-"
_NO_KEY = "No matching keys found"


class Identity:
    """The secret half, which opens; it shows nothing of itself when printed."""

    def __init__(self, text: str) -> None:
        """Read an identity as age spells it: ``AGE-SECRET-KEY-1…``.

        Raises:
            IdentityInvalid: it is misspelt.

        """
        try:
            self._key = _AGE.x25519.Identity.from_str(text.strip().upper())
        except _AGE.IdentityError:
            message = "this is no age identity: one begins with AGE-SECRET-KEY-1"
            raise IdentityInvalid(message) from None

    @classmethod
    def new(cls) -> Self:
        """Return an identity that nobody has."""
        return cls(str(_AGE.x25519.Identity.generate()))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the identity of a key of 32 bytes."""
        return cls(bech32_encode(_PREFIX, raw))

    @property
    def recipient(self) -> str:
        """The public half: ``age1…``."""
        return str(self._key.to_public())

    def text(self) -> str:
        """Return the identity as age spells it."""
        return str(self._key)

    def raw(self) -> bytes:
        """Return its key of 32 bytes, to be cut into shares.

        Raises:
            IdentityInvalid: it is of another kind.

        """
        try:
            return bech32_decode(self.text())[1]
        except Bech32Invalid as reason:
            raise IdentityInvalid from reason

    def __repr__(self) -> str:
        """Show the public half alone."""
        return f"Identity(for {self.recipient})"

    def open(self, sealed: bytes) -> bytes:
        """Return what was encrypted for this identity among others.

        Raises:
            NotForThisKey: it was not.
            ArchiveBroken: it was altered or cut.

        """
        try:
            return bytes(_AGE.decrypt(sealed, [self._key]))
        except _AGE.DecryptError as reason:
            if str(reason) == _NO_KEY:
                message = f"it was not encrypted for {self.recipient}: bring another"
                raise NotForThisKey(message) from None
            message = "an encrypted part was altered or cut"
            raise ArchiveBroken(message) from None


def seal(plain: bytes, recipients: Sequence[str]) -> bytes:
    """Return *plain*, encrypted so that each of the *recipients* alone can open it."""
    keys = [_AGE.x25519.Recipient.from_str(each) for each in recipients]
    return bytes(_AGE.encrypt(plain, keys))


def require_recipient(text: str) -> str:
    """Return *text* if it is a recipient.

    Raises:
        IdentityInvalid: it is not.

    """
    try:
        return str(_AGE.x25519.Recipient.from_str(text.strip()))
    except _AGE.RecipientError:
        message = f"{text.strip()[:80]!r} is no recipient: one begins with age1"
        raise IdentityInvalid(message) from None


def read_identity(text: str) -> Identity:
    """Return the identity in an age identity file, whose comments begin with ``#``.

    Raises:
        IdentityInvalid: there is none, or there are several.

    """
    lines = [each.strip() for each in text.splitlines()]
    wanted = [each for each in lines if each and not each.startswith("#")]
    if len(wanted) != 1:
        message = f"{len(wanted)} identities were given, and one is needed"
        raise IdentityInvalid(message)
    return Identity(wanted[0])
