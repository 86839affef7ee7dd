"""Enough shares give the key back, and fewer give nothing."""

import itertools
import os

import pytest

from strongroom.crypto import Share, ShareInvalid, combine, split
from strongroom.crypto.shamir import _inverse, _times


KEY = bytes(range(32))


def test_multiplication_is_that_of_aes() -> None:
    """The worked example of FIPS 197 §4.2, and every inverse."""
    assert _times(0x57, 0x83) == 0xC1
    assert _times(0x57, 0x13) == 0xFE
    assert all(_times(each, _inverse(each)) == 1 for each in range(1, 256))


def test_known_shares_give_the_known_key() -> None:
    """The line 0x53 + 0xCA·x over GF(2^8), worked out by hand at 1 and 2."""
    values = {1: 0x53 ^ 0xCA, 2: 0x53 ^ _times(0xCA, 2)}
    shares = [
        Share(2, index, "00000000", bytes([value])) for index, value in values.items()
    ]
    assert combine(shares) == b"\x53"
    assert values[2] == 0x53 ^ 0x8F


@pytest.mark.parametrize(("threshold", "shares"), [(2, 2), (2, 3), (3, 5), (5, 7)])
def test_any_enough_shares_give_the_key(threshold: int, shares: int) -> None:
    """Every choice of enough shares, in any order, and through their texts."""
    made = [Share.read(each.text()) for each in split(KEY, threshold, shares)]
    for chosen in itertools.permutations(made, threshold):
        assert combine(chosen) == KEY


def test_too_few_shares_say_nothing() -> None:
    """One share less fits every key: each byte takes every value as often."""
    (first, *_) = split(b"\x00", 2, 2)
    for guess in range(256):
        slope = _times(guess ^ first.value[0], _inverse(first.index))
        assert guess ^ _times(slope, first.index) == first.value[0]
    with pytest.raises(ShareInvalid, match="3 shares are needed"):
        combine(split(KEY, 3, 5)[:2])


def test_a_slip_of_the_pen_is_caught() -> None:
    """A share with any digit changed is refused."""
    text = split(KEY, 2, 2)[0].text()
    for at in range(len("sr-share:v1:"), len(text)):
        wrong = text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1 :]
        with pytest.raises(ShareInvalid):
            Share.read(wrong)
    assert Share.read(f"  {text.upper()}\n").text() == text


def test_shares_of_two_keys_do_not_mix() -> None:
    """Shares of another split, or one share twice, are refused with the reason."""
    one, other = split(KEY, 2, 2), split(os.urandom(32), 2, 2)
    with pytest.raises(ShareInvalid, match="different keys"):
        combine([one[0], other[1]])
    with pytest.raises(ShareInvalid, match="twice"):
        combine([one[0], one[0]])


@pytest.mark.parametrize(("threshold", "shares"), [(1, 3), (4, 3), (2, 256)])
def test_a_pointless_split_is_refused(threshold: int, shares: int) -> None:
    """One share that opens is no split, nor is one that never can."""
    with pytest.raises(ValueError, match="2 <= threshold"):
        split(KEY, threshold, shares)
