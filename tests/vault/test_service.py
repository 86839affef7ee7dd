"""The vault seals for one place and one owner, and forgets what was destroyed."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from strongroom.crypto import Keyring
from strongroom.kernel import Secret, new_id
from strongroom.room import Strongroom
from strongroom.vault import (
    KeyDestroyed,
    KeyOwner,
    Place,
    RootKeyWrong,
    SealBroken,
    SealerExpired,
)
from tests.conftest import KEYS


@pytest.fixture
def owner() -> KeyOwner:
    """Return an organization that has no key yet."""
    return KeyOwner.organization(new_id())


@pytest.fixture
def place() -> Place:
    """Return a place for one value."""
    return Place("strongroom.vault_checks", "phrase", new_id())


@pytest.fixture
async def other(room: Strongroom) -> AsyncIterator[Strongroom]:
    """Lend the same house in another process's memory."""
    async with Strongroom(room.settings, KEYS) as opened:
        yield opened


async def test_what_was_sealed_opens_in_its_place(
    room: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """A secret comes back whole, and its stored form says only how it was sealed."""
    secret = Secret("päss — word")
    sealed = await room.vault.seal(owner, place, secret)
    assert sealed.startswith("sr:v1:1:")
    assert (await room.vault.open(owner, place, sealed)).reveal() == secret.reveal()


async def test_it_opens_in_no_other_place(
    room: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """Another row, column or owner refuses what its own place opens."""
    sealed = await room.vault.seal(owner, place, b"secret")
    stranger = KeyOwner.organization(new_id())
    person = KeyOwner.person(owner.id)
    await room.vault.seal(stranger, place, b"x")
    await room.vault.seal(person, place, b"x")
    elsewhere = [
        (owner, place._replace(row=new_id())),
        (owner, place._replace(row=str(place.row))),
        (owner, place._replace(column="label")),
        (stranger, place),
        (person, place),
    ]
    for whose, where in elsewhere:
        with pytest.raises(SealBroken):
            await room.vault.open(whose, where, sealed)
    assert (await room.vault.open(owner, place, sealed)).reveal() == "secret"


async def test_two_processes_make_one_first_key(
    room: Strongroom, other: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """Of many that need an owner's first key at once, one makes it for all."""
    houses = [room, other] * 8
    sealed = await asyncio.gather(
        *(house.vault.seal(owner, place, b"secret") for house in houses)
    )
    assert {each.split(":")[2] for each in sealed} == {"1"}
    for house in (room, other):
        for each in sealed:
            assert (await house.vault.open(owner, place, each)).reveal() == "secret"


async def test_a_destroyed_key_is_forgotten_within_a_second(
    room: Strongroom, other: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """Once a destruction is committed, no process opens the value a second later."""
    sealed = await room.vault.seal(owner, place, b"secret")
    kept = await other.vault.sealer(owner)
    assert kept.open(place, sealed) == b"secret"
    async with room.db.system(reason="test") as tx:
        assert await room.vault.destroy(tx, owner) == 1
    committed = time.monotonic()
    with pytest.raises(KeyDestroyed):
        await room.vault.open(owner, place, sealed)
    await asyncio.sleep(committed + 1 - time.monotonic())
    with pytest.raises(KeyDestroyed):
        await other.vault.open(owner, place, sealed)
    with pytest.raises(SealerExpired):
        kept.open(place, sealed)


async def test_an_owner_that_was_destroyed_gets_no_new_key(
    room: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """Neither an owner with a key nor one without seals after its destruction."""
    for whose in (owner, KeyOwner.person(new_id())):
        if whose is owner:
            await room.vault.seal(whose, place, b"secret")
        async with room.db.system(reason="test") as tx:
            await room.vault.destroy(tx, whose)
        with pytest.raises(KeyDestroyed):
            await room.vault.seal(whose, place, b"secret")


async def test_a_destruction_that_is_rolled_back_destroys_nothing(
    room: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """The key is gone with the transaction's end, and not before."""
    sealed = await room.vault.seal(owner, place, b"secret")
    door = room.db.system(reason="test")
    tx = await door.__aenter__()
    await room.vault.destroy(tx, owner)
    await door.__aexit__(LookupError, LookupError(), None)
    assert (await room.vault.open(owner, place, sealed)).reveal() == "secret"


async def test_another_root_key_is_refused_in_words(
    room: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """A vault that is opened with another root says so, and changes nothing."""
    sealed = await room.vault.seal(owner, place, b"secret")
    stranger = Strongroom(room.settings, KEYS)
    stranger.vault.generations._keys = Keyring(bytes(32))
    async with stranger:
        for verb in (
            stranger.vault.open(owner, place, sealed),
            stranger.vault.seal(KeyOwner.organization(new_id()), place, b"x"),
        ):
            with pytest.raises(RootKeyWrong, match="not the one"):
                await verb
    assert (await room.vault.open(owner, place, sealed)).reveal() == "secret"


async def test_bytes_and_text_open_alike(
    room: Strongroom, owner: KeyOwner, place: Place
) -> None:
    """A value sealed as bytes opens as one sealed as text does, and is shorter."""
    sealer = await room.vault.sealer(owner)
    raw, text = sealer.seal_bytes(place, b"\xff\0secret"), sealer.seal(place, b"x" * 8)
    assert sealer.open(place, raw) == b"\xff\0secret"
    assert len(sealer.seal_bytes(place, b"x" * 8)) < len(text)
    column = sealer.column(place.table, place.column)
    assert column.open(place.row, column.seal(place.row, b"secret")) == b"secret"


async def test_no_house_holds_too_many_keys(
    room: Strongroom, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys of owners that were not used lately leave the memory."""
    monkeypatch.setattr("strongroom.vault.service.MOST_HELD", 2)
    for _ in range(4):
        await room.vault.seal(KeyOwner.organization(new_id()), place, b"x")
    assert len(room.vault._held) == 2
