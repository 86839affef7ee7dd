"""The sealed form opens where it was sealed, and nowhere else in any other shape."""

import os
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto import (
    KeysExpired,
    SealingKeys,
    SealInvalid,
    VersionUnknown,
    as_text,
    from_text,
    version_of,
)
from strongroom.crypto.envelope import Nonces, length_prefixed


ROW = "row"
KEY = bytes(range(32))


def keys(current: int = 7, owner: bytes = b"owner", until: float = 1e12) -> SealingKeys:
    """Return keys whose versions 7 and 8 exist."""
    ciphers = {7: AESGCM(KEY), 8: AESGCM(KEY[::-1])}
    return SealingKeys(owner, ciphers, current, until)


def test_a_value_under_an_older_version_opens() -> None:
    """After a new version seals, what the old one sealed still opens."""
    old = keys(7).column("t", "c").seal(ROW, b"secret")
    assert version_of(old) == 7
    assert keys(8).column("t", "c").open(ROW, old) == b"secret"


def test_an_unknown_version_is_named() -> None:
    """A value whose key is not there says which one it needs."""
    sealed = keys(8).column("t", "c").seal(ROW, b"secret")
    only_seven = SealingKeys(b"owner", {7: AESGCM(KEY)}, 7, 1e12)
    with pytest.raises(VersionUnknown) as unknown:
        only_seven.column("t", "c").open(ROW, sealed)
    assert unknown.value.version == 8


def test_one_version_does_not_pass_for_another() -> None:
    """A value that claims another version is refused even if the keys were equal."""
    same = SealingKeys(b"owner", {7: AESGCM(KEY), 8: AESGCM(KEY)}, 7, 1e12)
    sealed = same.column("t", "c").seal(ROW, b"secret")
    with pytest.raises(SealInvalid):
        same.column("t", "c").open(ROW, sealed.replace(b":7:", b":8:", 1))


def test_every_flipped_bit_is_refused() -> None:
    """No bit of either form can change and still open."""
    column = keys().column("t", "c")
    sealed = column.seal(ROW, b"secret")
    forms: list[tuple[bytes, Callable[[bytes], bytes]]] = [
        (sealed, lambda raw: raw),
        (as_text(sealed).encode(), lambda raw: from_text(raw.decode("latin-1"))),
    ]
    for whole, read in forms:
        assert column.open(ROW, read(whole)) == b"secret"
        for bit in range(len(whole) * 8):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            with pytest.raises((SealInvalid, VersionUnknown)):
                column.open(ROW, read(bytes(flipped)))


@pytest.mark.parametrize("plain", [b"", b"x", b"xy", b"xyz"])
def test_a_cut_or_longer_value_is_refused(plain: bytes) -> None:
    """No start of a value opens, and none with something behind it."""
    column = keys().column("t", "c")
    sealed = column.seal(ROW, plain)
    text = as_text(sealed)
    assert column.open(ROW, sealed) == column.open(ROW, from_text(text)) == plain
    for cut in [sealed[:end] for end in range(len(sealed))] + [sealed + b"\0"]:
        with pytest.raises(SealInvalid):
            column.open(ROW, cut)
    more = ["=", "==", "AAAA", "\n", " ", "\0"]
    for spoilt in [text[:end] for end in range(len(text))] + [
        text + each for each in more
    ]:
        with pytest.raises(SealInvalid):
            column.open(ROW, from_text(spoilt))


@pytest.mark.parametrize("start", ["sr:v1:07:", "sr:v1:+7:", "sr:v1:7 :", "sr:v2:7:"])
def test_a_header_has_one_spelling(start: str) -> None:
    """A number spelt in another way, or another format, is no sealed value."""
    text = as_text(keys().column("t", "c").seal(ROW, b"secret"))
    with pytest.raises(SealInvalid):
        from_text(text.replace("sr:v1:7:", start, 1))


def test_expired_keys_do_nothing() -> None:
    """Past their deadline keys neither seal nor open."""
    column = keys().column("t", "c")
    sealed = column.seal(ROW, b"secret")
    late = keys(until=time.monotonic() - 1).column("t", "c")
    with pytest.raises(KeysExpired):
        late.seal(ROW, b"secret")
    with pytest.raises(KeysExpired):
        late.open(ROW, sealed)


def test_parts_cannot_be_shifted() -> None:
    """Two lists of parts that read alike when joined are told apart."""
    assert length_prefixed("ab", "c") != length_prefixed("a", "bc")
    assert length_prefixed("a", "") != length_prefixed("a")


def test_a_column_name_cannot_lend_letters_to_a_row() -> None:
    """What ends one part of a place cannot begin the next."""
    sealed = keys().column("t", "c").seal("x", b"secret")
    for table, column, row in (("t", "cs", "x"), ("tc", "", "x"), ("t", "c", "xs")):
        with pytest.raises(SealInvalid):
            keys().column(table, column).open(row, sealed)


def test_a_million_nonces_are_all_different() -> None:
    """A million seals under one key share no nonce."""
    nonces = Nonces()
    assert len({nonces.next() for _ in range(1_000_000)}) == 1_000_000


def test_a_forked_child_shares_no_nonce_with_its_parent() -> None:
    """What the parent had ready, the child never uses."""
    nonces = Nonces()
    nonces.next()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"".join(nonces.next() for _ in range(100)))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 1200)
    os.close(reading)
    os.close(writing)
    ours = {nonces.next() for _ in range(3000)}
    assert len(theirs) == 1200
    assert not ours & {theirs[at : at + 12] for at in range(0, 1200, 12)}
