"""The sealed form: AES-256-GCM, bound to the place where the value stands.

Guards a stored value against being read, altered, cut, or moved to another row,
column or owner. It keeps no keys and does no I/O: whoever holds the keys brings them.
NIST SP 800-38D; the nonce is 96 random bits, so one key may seal 2^32 values (§8.3).

    text   sr:v1:<key version>:<base64 of nonce, ciphertext and tag>
    bytes  sr:v1:<key version>:<nonce, ciphertext and tag as they are>
"""

import os
import re
from binascii import Error as NotBase64, a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

_HEADER = re.compile(rb"sr:v1:([1-9][0-9]{0,8}):")


class SealInvalid(Exception):
    """The value was altered, cut or moved, or is no sealed value at all."""


class VersionUnknown(Exception):
    """The value was sealed under a version that is not among the keys."""

    def __init__(self, version: int) -> None:
        """Name the *version*."""
        super().__init__(f"no key of version {version}")
        self.version = version


class KeysExpired(Exception):
    """The keys were kept beyond their deadline: fetch them again."""


class Nonces:
    """Random nonces, read from the kernel many at a time (measured: a third less).

    A forked child must never use what its parent has ready, so it starts empty.
    """

    def __init__(self, at_a_time: int = 1024) -> None:
        """Read *at_a_time* nonces from the kernel in one call."""
        self._size, self.ready = at_a_time * NONCE_BYTES, list[bytes]()
        os.register_at_fork(after_in_child=self.ready.clear)

    def next(self) -> bytes:
        """Return 96 random bits that nobody else gets."""
        try:
            return self.ready.pop()  # Atomic, so that threads never share one.
        except IndexError:
            return self.refill()

    def refill(self) -> bytes:
        """Read more from the kernel, and return one of them."""
        raw = os.urandom(self._size)
        first, *rest = (
            raw[at : at + NONCE_BYTES] for at in range(0, self._size, NONCE_BYTES)
        )
        self.ready.extend(rest)
        return first


# One per process: a fork handler cannot be taken back.
_NONCES: Final = Nonces()


def length_prefixed(*parts: str | bytes) -> bytes:
    """Return *parts* joined so that no two different lists give the same bytes."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)


def new_key() -> bytes:
    """Return a new random key."""
    return os.urandom(KEY_BYTES)


def version_of(sealed: str | bytes) -> int:
    """Return the key version that a sealed value names.

    Raises:
        SealInvalid: it is no sealed value.

    """
    raw = sealed.encode(errors="replace") if isinstance(sealed, str) else sealed
    return int(raw[6 : _end_of_header(raw) - 1])


class Column:
    """Seals and opens the values of one column with one owner's keys.

    Both verbs are closures over what they need: measured, attributes looked up on
    each call cost a tenth of the whole.
    """

    __slots__ = ("open", "seal")

    def __init__(self, keys: "SealingKeys", table: str, column: str) -> None:
        """Bind *keys* to ``table.column``."""
        self.seal: Callable[[UUID | str, bytes], bytes] = keys.sealing(table, column)
        """From a row and its plain bytes to the form of bytes."""
        self.open: Callable[[UUID | str, bytes], bytes] = keys.opening(table, column)
        """From a row and the form of bytes to the plain bytes."""


class SealingKeys:
    """The versions of one owner's key that still open, the newest sealing.

    They work until a deadline, so that whoever keeps them too long fails instead of
    using a key that was destroyed meanwhile.
    """

    def __init__(
        self, owner: bytes, keys: Mapping[int, AESGCM], current: int, until: float
    ) -> None:
        """Seal for *owner*, a name that no other has; *until* is ``time.monotonic``'s.

        Raises:
            KeyError: the *current* version is not among the *keys*.

        """
        self._owner, self._keys, self._until = owner, dict(keys), until
        self._current, self._key = current, self._keys[current]
        self._columns: dict[tuple[str, str], Column] = {}

    def column(self, table: str, column: str) -> Column:
        """Return what seals and opens ``table.column``."""
        found = self._columns.get((table, column))
        if found is None:
            found = self._columns[table, column] = Column(self, table, column)
        return found

    def sealing(self, table: str, column: str) -> Callable[[UUID | str, bytes], bytes]:
        """Return the verb that seals for ``table.column``; see `Column`."""
        header, encrypt = header_of(self._current), self._key.encrypt
        start, until = self._bound(table, column, self._current), self._until
        by_id, ready, refill = start + b"u", _NONCES.ready, _NONCES.refill

        def seal(row: UUID | str, plain: bytes) -> bytes:
            if monotonic() > until:
                raise KeysExpired
            try:
                nonce = ready.pop()  # Atomic, so that threads never share one.
            except IndexError:
                nonce = refill()
            try:
                bound = by_id + row.int.to_bytes(16, "big")  # type: ignore[union-attr]
            except AttributeError:
                bound = start + row_bytes(row)
            return header + nonce + encrypt(nonce, plain, bound)

        return seal

    def opening(self, table: str, column: str) -> Callable[[UUID | str, bytes], bytes]:
        """Return the verb that opens values of ``table.column``; see `Column`."""
        header, decrypt = header_of(self._current), self._key.decrypt
        start, until = self._bound(table, column, self._current), self._until
        nonce_at, body_at = len(header), len(header) + NONCE_BYTES
        # Measured: a slice that is made once, and a UUID's number, are a tenth quicker.
        head, nonce, rest = (
            slice(nonce_at),
            slice(nonce_at, body_at),
            slice(body_at, None),
        )
        by_id, now = start + b"u", monotonic

        def open_sealed(row: UUID | str, sealed: bytes) -> bytes:
            if now() > until:
                raise KeysExpired
            if sealed[head] != header:
                return self._open_older(table, column, row, sealed)
            try:
                bound = by_id + row.int.to_bytes(16, "big")  # type: ignore[union-attr]
            except AttributeError:
                bound = start + row_bytes(row)
            try:
                return decrypt(sealed[nonce], sealed[rest], bound)
            except (InvalidTag, ValueError):  # A cut nonce or tag is a ValueError.
                raise SealInvalid from None

        return open_sealed

    def _open_older(
        self, table: str, column: str, row: UUID | str, sealed: bytes
    ) -> bytes:
        version = version_of(sealed)
        key = self._keys.get(version)
        if key is None:
            raise VersionUnknown(version)
        body = sealed[len(header_of(version)) :]
        bound = self._bound(table, column, version) + row_bytes(row)
        try:
            return key.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound)
        except (InvalidTag, ValueError):
            raise SealInvalid from None

    def _bound(self, table: str, column: str, version: int) -> bytes:
        return length_prefixed("sr:v1", self._owner, str(version), table, column)


def header_of(version: int) -> bytes:
    """Return how a value sealed under *version* begins."""
    return b"sr:v1:%d:" % version


def row_bytes(row: UUID | str) -> bytes:
    """Return the last part of the associated data, so it needs no length."""
    return b"u" + row.bytes if isinstance(row, UUID) else b"s" + row.encode()


def as_text(sealed: bytes) -> str:
    """Return the text form of a value sealed as bytes.

    Raises:
        SealInvalid: it is no sealed value.

    """
    start = _end_of_header(sealed)
    return (sealed[:start] + b2a_base64(sealed[start:], newline=False)).decode()


def from_text(sealed: str) -> bytes:
    """Return the bytes form of a value sealed as text.

    Raises:
        SealInvalid: it is not exactly what sealing writes.

    """
    try:
        text = sealed.encode("ascii")
        start = _end_of_header(text)
        body = a2b_base64(text[start:], strict_mode=True)
    except (UnicodeEncodeError, NotBase64):
        raise SealInvalid from None
    # Decoding forgives a surplus "=" and drops bits of the last group: we do not.
    tail = len(body) % 3 or 3
    is_exact = len(text) - start == (len(body) + 2) // 3 * 4
    if not is_exact or b2a_base64(body[-tail:], newline=False) != text[-4:]:
        raise SealInvalid
    return text[:start] + body


def _end_of_header(raw: bytes) -> int:
    header = _HEADER.match(raw)
    if header is None:
        raise SealInvalid
    return header.end()
