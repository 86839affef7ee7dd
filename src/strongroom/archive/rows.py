"""Rows as lines of Postgres' text form, their digest, and cells that are sealed twice.

A cell about a person is sealed under the person's own key before the archive is
encrypted: when that key is destroyed, the cell is unreadable in every archive there is.
"""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from typing import Final

from strongroom.crypto import SealInvalid, unwrap, wrap

from .errors import ArchiveBroken


NULL: Final = b"\\N"
"""How COPY writes that there is no value."""

SEALED: Final = b"\\S"
"""What a sealed cell begins with. COPY never writes it, so no value can pose as one."""

_MODULUS = 1 << 256


class RowDigest:
    """Counts lines, and sums up their SHA-256 modulo 2^256, in whatever order."""

    def __init__(self) -> None:
        """Begin with no row."""
        self.rows = 0
        self._sum = 0

    def add(self, lines: Sequence[bytes]) -> None:
        """Take *lines* in."""
        for line in lines:
            self._sum += int.from_bytes(hashlib.sha256(line).digest())
        self._sum %= _MODULUS
        self.rows += len(lines)

    def text(self) -> str:
        """Return the digest as 64 hexadecimal digits."""
        return f"{self._sum:064x}"


class Lines:
    """Cuts a stream of bytes into whole lines."""

    def __init__(self) -> None:
        """Begin without a remainder."""
        self._rest = b""

    def cut(self, chunk: bytes) -> list[bytes]:
        """Return the lines that are whole now, without their ends."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return lines


def seal_cell(key: bytes, cell: bytes, table: str, column: str) -> bytes:
    """Return *cell*, sealed under *key* for its column; no value stays none."""
    if cell == NULL:
        return cell
    return SEALED + b64encode(wrap(key, cell, "archive", table, column))


def open_cell(key: bytes, cell: bytes, table: str, column: str) -> bytes:
    """Return what *cell* was before it was sealed.

    Raises:
        ArchiveBroken: it was altered or moved.

    """
    try:
        raw = b64decode(cell.removeprefix(SEALED), validate=True)
        return unwrap(key, raw, "archive", table, column)
    except (SealInvalid, NotBase64):
        message = f"a sealed value of {table}.{column} does not open"
        raise ArchiveBroken(message) from None


def cut_in_parts(lines: Sequence[bytes], size: int) -> Iterator[bytes]:
    """Yield *lines* joined, in pieces of about *size* bytes."""
    piece, length = list[bytes](), 0
    for line in lines:
        piece.append(line)
        length += len(line) + 1
        if length >= size:
            yield b"\n".join(piece) + b"\n"
            piece, length = [], 0
    if piece:
        yield b"\n".join(piece) + b"\n"
