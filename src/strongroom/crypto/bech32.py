"""Bech32: keys as people copy them, with a check against a slip of the pen (BIP 173).

Only what age needs of it: any bytes behind a readable prefix.
"""

from collections.abc import Iterable


_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK = 6


class Bech32Invalid(Exception):
    """The text is misspelt or no Bech32 at all."""


def bech32_encode(prefix: str, raw: bytes) -> str:
    """Return *raw* behind *prefix*, in lower case."""
    words = _regroup(raw, 8, 5)
    sum_of = _checksum([*_expanded(prefix), *words, *[0] * _CHECK]) ^ 1
    check = [sum_of >> 5 * (_CHECK - 1 - at) & 31 for at in range(_CHECK)]
    return f"{prefix}1" + "".join(_ALPHABET[each] for each in (*words, *check))


def bech32_decode(text: str) -> tuple[str, bytes]:
    """Return the prefix, in lower case, and the bytes that *text* spells.

    Raises:
        Bech32Invalid: it is misspelt.

    """
    prefix, _, spelt = text.lower().rpartition("1")
    words = [_ALPHABET.find(letter) for letter in spelt]
    mixed = text not in {text.lower(), text.upper()}
    if mixed or not prefix or -1 in words or len(words) < _CHECK:
        raise Bech32Invalid
    if _checksum([*_expanded(prefix), *words]) != 1:
        raise Bech32Invalid
    return prefix, bytes(_regroup(words[:-_CHECK], 5, 8)[: len(words[6:]) * 5 // 8])


def _regroup(groups: Iterable[int], width: int, wanted: int) -> list[int]:
    bits = "".join(f"{each:0{width}b}" for each in groups)
    bits += "0" * (-len(bits) % wanted)
    return [int(bits[at : at + wanted], 2) for at in range(0, len(bits), wanted)]


def _expanded(prefix: str) -> list[int]:
    letters = prefix.encode()
    return [each >> 5 for each in letters] + [0] + [each & 31 for each in letters]


def _checksum(words: Iterable[int]) -> int:
    value = 1
    for word in words:
        top = value >> 25
        value = (value & 0x1FFFFFF) << 5 ^ word
        for bit, factor in enumerate(_GENERATOR):
            value ^= factor if top >> bit & 1 else 0
    return value
