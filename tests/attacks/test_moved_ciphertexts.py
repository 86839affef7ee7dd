"""Somebody who can write to the database, and cannot read what is sealed, tries to.

Ciphertexts are swapped, cut, spliced, replayed and renamed (Wycheproof's AES-GCM
cases of changed tags, nonces and lengths), through the same API as everybody's. The
cipher itself is held to a published vector of NIST's.
"""

import itertools
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto import as_text, from_text
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from strongroom.vault import KeyDestroyed, KeyOwner, Place, SealBroken


TABLE = "strongroom.vault_checks"
NONCE, TAG = 12, 16


@pytest.fixture
async def owner(room: Strongroom) -> KeyOwner:
    """Return an organization with a key."""
    made = KeyOwner.organization(new_id())
    await room.vault.sealer(made)
    return made


def place(row: UUID) -> Place:
    """Return where a phrase stands."""
    return Place(TABLE, "phrase", row)


def test_the_cipher_is_aes_256_gcm() -> None:
    """Test case 16 of the GCM specification that NIST adopted (SP 800-38D)."""
    key = bytes.fromhex(
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    )
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = AESGCM(key).encrypt(
        bytes.fromhex("cafebabefacedbaddecaf888"), plain, bound
    )
    assert sealed.hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


async def test_no_splice_of_two_values_opens(room: Strongroom, owner: KeyOwner) -> None:
    """Nonce, body and tag of two values of one place, in every other mixture."""
    where = place(new_id())
    sealer = await room.vault.sealer(owner)
    values = [sealer.seal_bytes(where, each) for each in (b"one secret", b"two secret")]
    start = values[0].index(b":", 6) + 1
    parts = [
        (
            each[:start],
            each[start : start + NONCE],
            each[start + NONCE : -TAG],
            each[-TAG:],
        )
        for each in values
    ]
    opened = 0
    for chosen in itertools.product((0, 1), repeat=4):
        mixture = b"".join(parts[which][at] for at, which in enumerate(chosen))
        if mixture in values:
            assert sealer.open(where, mixture)
            opened += 1
        else:
            with pytest.raises(SealBroken):
                sealer.open(where, mixture)
    assert opened == 4  # The two headers are alike.


@pytest.mark.parametrize(
    "change",
    [
        lambda raw, start: raw[: start + NONCE] + raw[-TAG:],
        lambda raw, start: raw[:start] + bytes(NONCE) + raw[start + NONCE :],
        lambda raw, _: raw[:-TAG] + bytes(TAG),
        lambda raw, _: raw[:-TAG] + b"\xff" * TAG,
        lambda raw, _: raw[:-TAG] + raw[-TAG : -TAG // 2],
        lambda raw, _: raw + raw[-TAG:],
        lambda raw, start: raw[:start] + raw[start + 1 :] + b"\0",
        lambda raw, start: raw[:start],
        lambda _, __: b"",
    ],
    ids=[
        "no body",
        "zero nonce",
        "zero tag",
        "full tag",
        "half a tag",
        "two tags",
        "shifted",
        "header alone",
        "nothing",
    ],
)
async def test_no_altered_value_opens(
    room: Strongroom, owner: KeyOwner, change: object
) -> None:
    """Each shape is refused in the form of bytes, and as text where it is one."""
    where = place(new_id())
    sealer = await room.vault.sealer(owner)
    raw = sealer.seal_bytes(where, b"a secret of some length")
    altered = change(raw, raw.index(b":", 6) + 1)  # type: ignore[operator]
    with pytest.raises(SealBroken):
        sealer.open(where, altered)
    if altered:
        with pytest.raises(SealBroken):
            sealer.open(where, as_text(altered))
    assert sealer.open(where, from_text(as_text(raw))) == b"a secret of some length"


async def test_a_replayed_value_of_a_destroyed_key_is_dead(
    room: Strongroom, owner: KeyOwner
) -> None:
    """What was copied before an erasure does not open after it."""
    where = place(new_id())
    copied = await room.vault.seal(owner, where, b"secret")
    async with room.db.system(reason="test") as tx:
        await room.vault.destroy(tx, owner)
    with pytest.raises(KeyDestroyed):
        await room.vault.open(owner, where, copied)


async def test_a_wrapped_key_works_for_nobody_else(
    room: Strongroom, owner: KeyOwner
) -> None:
    """A key that is copied to another owner, or to another version, is refused."""
    thief = KeyOwner.organization(new_id())
    await room.vault.sealer(thief)
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "update strongroom.vault_keys k set wrapped = v.wrapped"
            " from strongroom.vault_keys v where k.owner_id = $1 and v.owner_id = $2",
            thief.id,
            owner.id,
        )
    room.vault.forget(thief)
    with pytest.raises(SealBroken):
        await room.vault.seal(thief, place(new_id()), b"x")


async def test_the_application_cannot_reach_the_keys(
    room: Strongroom, owner: KeyOwner
) -> None:
    """Injected SQL under a genuine context reads no key and no share."""
    for table in ("vault_keys", "vault_generations"):
        with pytest.raises(Exception, match="permission denied"):
            await room.db.tenant(owner.id).fetch(f"select * from strongroom.{table}")
