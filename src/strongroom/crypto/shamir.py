"""A key in shares, of which some together give it back and fewer give nothing.

Guards a key against any one holder, and against the loss of a few shares. Shamir's
scheme (CACM 22, 1979), byte by byte over GF(2^8) with the polynomial of AES (FIPS 197
§4.2). A share says which key it belongs to and catches a slip of the pen.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


MOST_SHARES = 255

_TEXT = re.compile(
    r"sr-share:v1:(\d+):(\d+):([0-9a-f]{8}):([0-9a-f]{64}):([0-9a-f]{8})"
)


class ShareInvalid(Exception):
    """A share is misspelt, repeated, or belongs to another key; the message says."""


@dataclass(frozen=True, slots=True)
class Share:
    """One share of a key."""

    threshold: int
    index: int
    family: str
    """Eight digits that all shares of one split have in common."""

    value: bytes

    def text(self) -> str:
        """Return the share as a person keeps it, with a check for its spelling."""
        start = f"sr-share:v1:{self.threshold}:{self.index}:{self.family}"
        return _checked(f"{start}:{self.value.hex()}")

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the share that *text* spells.

        Raises:
            ShareInvalid: it is misspelt.

        """
        found = _TEXT.fullmatch(text.strip().lower())
        if found is None:
            message = "this is no share: one begins with sr-share:v1:"
            raise ShareInvalid(message)
        if _checked(found[0].rpartition(":")[0]) != found[0]:
            message = "this share is misspelt: its check does not fit"
            raise ShareInvalid(message)
        return cls(int(found[1]), int(found[2]), found[3], bytes.fromhex(found[4]))


def split(key: bytes, threshold: int, shares: int) -> list[Share]:
    """Return *shares* shares of *key*, any *threshold* of which give it back.

    Raises:
        ValueError: the numbers make no sense.

    """
    if not 2 <= threshold <= shares <= MOST_SHARES:  # noqa: PLR2004 - one is no split.
        message = "a split needs 2 <= threshold <= shares <= 255"
        raise ValueError(message)
    family = os.urandom(4).hex()
    polynomials = [bytes([byte]) + os.urandom(threshold - 1) for byte in key]
    return [
        Share(threshold, index, family, bytes(_at(each, index) for each in polynomials))
        for index in range(1, shares + 1)
    ]


def combine(shares: Sequence[Share]) -> bytes:
    """Return the key that *shares* are of.

    Raises:
        ShareInvalid: they are too few, repeated, or of different keys.

    """
    if len({(each.family, each.threshold) for each in shares}) != 1:
        message = "these shares belong to different keys"
        raise ShareInvalid(message)
    if len({each.index for each in shares}) != len(shares):
        message = "a share was given twice"
        raise ShareInvalid(message)
    if len(shares) < shares[0].threshold:
        message = f"{shares[0].threshold} shares are needed, and {len(shares)} given"
        raise ShareInvalid(message)
    columns = zip(*(each.value for each in shares), strict=True)
    weights = _weights([each.index for each in shares])
    return bytes(_sum(map(_times, column, weights)) for column in columns)


def _weights(points: Sequence[int]) -> list[int]:
    """Return Lagrange's weights at zero; in GF(2^8), subtracting is adding."""
    weights = []
    for point in points:
        weight = 1
        for other in points:
            if other != point:
                weight = _times(weight, _times(other, _inverse(other ^ point)))
        weights.append(weight)
    return weights


def _at(polynomial: bytes, point: int) -> int:
    """Return the polynomial's value, by Horner's rule."""
    value = 0
    for coefficient in reversed(polynomial):
        value = _times(value, point) ^ coefficient
    return value


def _times(one: int, other: int) -> int:
    """Multiply without a branch or a table that depends on a secret."""
    product = 0
    for bit in range(8):
        product ^= one * (other >> bit & 1)
        one = one << 1 ^ 0x11B * (one >> 7 & 1)  # FIPS 197 §4.2.
    return product


def _inverse(value: int) -> int:
    """Return value^254, which is its inverse (Fermat)."""
    result = 1
    for bit in (1, 1, 1, 1, 1, 1, 1, 0):  # 254 in binary.
        result = _times(result, result)
        if bit:
            result = _times(result, value)
    return result


def _sum(values: "map[int]") -> int:
    total = 0
    for value in values:
        total ^= value
    return total


def _checked(text: str) -> str:
    return f"{text}:{hashlib.sha256(text.encode()).hexdigest()[:8]}"
