"""Keys are replaced on both levels, whatever interrupts it, and nothing is lost."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from strongroom.crypto import Keyring
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from strongroom.rotation import RotationSettings, RotationUnderWay, replace_keys
from strongroom.vault import (
    KeyDestroyed,
    KeyOwner,
    Place,
    PlaceUnknown,
    RootKeyWrong,
    RootReplaced,
)
from tests.conftest import KEYS
from tests.records import details_about


ROOT, TABLE = KEYS.root_of(""), "strongroom.vault_checks"


class Owner:
    """An organization with stored values, and what a test does to it."""

    def __init__(self, room: Strongroom, organization: UUID) -> None:
        """Speak for *organization* in *room*."""
        self.room, self.key = room, KeyOwner.organization(organization)

    def place(self, row: UUID) -> Place:
        """Return the place of a row's phrase."""
        return Place(TABLE, "phrase", row)

    async def store(self, many: int = 1) -> list[UUID]:
        """Store so many values under the present key."""
        rows = [new_id() for _ in range(many)]
        sealer = await self.room.vault.sealer(self.key)
        async with self.room.db.tenant(self.key.id) as tx:
            for row in rows:
                await tx.execute(
                    f"insert into {TABLE} (id, label, phrase) values ($1, $2, $3)",
                    row,
                    sealer.seal(Place(TABLE, "label", row), b"label"),
                    sealer.seal(self.place(row), row.bytes),
                )
        return rows

    async def value(self, row: UUID) -> str:
        """Return a row's phrase as it is stored."""
        door = self.room.db.tenant(self.key.id)
        found = await door.fetchrow(f"select phrase from {TABLE} where id = $1", row)
        return str(found["phrase"]) if found else ""

    async def opens(self, row: UUID) -> bool:
        """Say whether a row's phrase is what was stored."""
        sealer = await self.room.vault.sealer(self.key)
        return sealer.open(self.place(row), await self.value(row)) == row.bytes

    async def date_back(self, days: int) -> None:
        """Let so many days pass for this owner's keys."""
        async with self.room.db.system(reason="test") as tx:
            await tx.execute(
                "update strongroom.vault_keys set seals_from = seals_from - $2"
                " * interval '1 day' where owner_id = $1",
                self.key.id,
                float(days),
            )
        self.room.vault.forget(self.key)


@pytest.fixture
async def owner(room: Strongroom) -> Owner:
    """Return an organization of its own."""
    organization = new_id()
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "insert into strongroom.organizations (id, name) values ($1, 'Canary')",
            organization,
        )
    return Owner(room, organization)


@pytest.fixture
async def other(room: Strongroom) -> AsyncIterator[Strongroom]:
    """Lend the same house in another process's memory."""
    async with Strongroom(room.settings, KEYS) as opened:
        yield opened


async def test_a_key_is_replaced_and_the_old_one_destroyed(
    room: Strongroom, owner: Owner
) -> None:
    """Values move to the new version; after its grace nothing opens the old form."""
    (row,) = await owner.store()
    old = await owner.value(row)
    assert await room.rotation.rotate(owner.key) == 2
    assert (await room.vault.sealer(owner.key)).version == 1
    await owner.date_back(1)  # The new version's time has come.
    done = await room.rotation.reseal(owner.key)
    assert (done.resealed, done.remaining, done.broken) == (2, 0, 0)
    assert done.destroyed == (1,)
    assert await owner.opens(row)
    assert (await owner.value(row)).startswith("sr:v1:2:")
    room.vault.forget(owner.key)
    with pytest.raises(KeyDestroyed):
        await room.vault.open(owner.key, owner.place(row), old)


async def test_an_old_key_is_kept_during_its_grace(
    room: Strongroom, owner: Owner
) -> None:
    """What was sealed just before, and is stored only now, still opens."""
    (row,) = await owner.store()
    await room.rotation.rotate(owner.key)
    await asyncio.sleep(2.1)
    done = await room.rotation.reseal(owner.key)
    assert (done.resealed, done.destroyed, done.waiting) == (2, (), (1,))
    assert await owner.opens(row)


async def test_a_new_version_is_known_before_it_seals(
    room: Strongroom, other: Strongroom, owner: Owner
) -> None:
    """A process that has not heard of a rotation never meets a value it cannot open."""
    (row,) = await owner.store()
    reader = Owner(other, owner.key.id)
    assert await reader.opens(row)
    await room.rotation.rotate(owner.key)
    deadline = asyncio.get_running_loop().time() + 4
    sealed_by_new = False
    while asyncio.get_running_loop().time() < deadline:
        (fresh,) = await owner.store()
        sealed_by_new |= (await owner.value(fresh)).startswith("sr:v1:2:")
        assert await reader.opens(fresh)
    assert sealed_by_new


async def test_two_replacements_at_once_make_one(
    room: Strongroom, other: Strongroom, owner: Owner
) -> None:
    """Of two who replace a key at once, one does, and the other is told."""
    await owner.store()
    found = await asyncio.gather(
        *(house.rotation.rotate(owner.key) for house in (room, other)),
        return_exceptions=True,
    )
    assert sorted(map(type, found), key=str) == [int, RotationUnderWay]
    with pytest.raises(RotationUnderWay):
        await room.rotation.rotate(owner.key)


async def test_a_value_that_changes_meanwhile_is_not_overwritten(
    room: Strongroom, owner: Owner
) -> None:
    """Resealing puts its value back only where the old one still stands."""
    (row,) = await owner.store()
    await room.rotation.rotate(owner.key)
    await owner.date_back(1)
    sealer = await room.vault.sealer(owner.key)
    newer = sealer.seal(owner.place(row), b"newer")
    async with room.db.system(reason="test") as tx:
        await tx.execute(f"update {TABLE} set phrase = $1 where id = $2", newer, row)
        # The resealing's update waits for this row, and then finds another value.
        resealing = asyncio.create_task(room.rotation.reseal(owner.key))
        await asyncio.sleep(0.5)
    await resealing
    assert await owner.value(row) == newer


async def test_an_altered_value_stays_and_keeps_its_key(
    room: Strongroom, owner: Owner
) -> None:
    """It is counted and told, and neither dropped nor made worse."""
    good, bad = await owner.store(2)
    spoilt = (await owner.value(bad))[:-4] + "AAAA"
    async with room.db.system(reason="test") as tx:
        await tx.execute(f"update {TABLE} set phrase = $1 where id = $2", spoilt, bad)
    await room.rotation.rotate(owner.key)
    await owner.date_back(1)
    done = await room.rotation.reseal(owner.key)
    assert (done.resealed, done.broken, done.remaining) == (3, 1, 1)
    assert done.destroyed == ()
    assert await owner.value(bad) == spoilt
    assert await owner.opens(good)


async def test_status_hides_nothing(room: Strongroom, owner: Owner) -> None:
    """Values whose key is gone, or that are none of ours, are counted as unreadable."""
    column = "strongroom.vault_checks.phrase"
    before = {each.name: each for each in (await room.rotation.status()).columns}
    first, second = await owner.store(2)
    async with room.db.system(reason="test") as tx:
        for row, value in ((first, "sr:v1:99:AAAA"), (second, "plain")):
            await tx.execute(
                f"update {TABLE} set phrase = $1 where id = $2", value, row
            )
    after = {each.name: each for each in (await room.rotation.status()).columns}
    assert after[column].unreadable == before[column].unreadable + 2
    assert after[column].values == before[column].values + 2


async def test_both_shares_are_replaced_and_the_old_destroyed(
    room: Strongroom, other: Strongroom, owner: Owner
) -> None:
    """Every key moves to the new generation, whose forerunner loses its share."""
    (row,) = await owner.store()
    reader = Owner(other, owner.key.id)
    assert await reader.opens(row)
    number = await room.rotation.rotate_root("Canary")
    told = ("key.rotate-root", {"by": "Canary", "generation": number})
    assert (await details_about(room, "root"))[-1] == told
    assert await room.rotation.rewrap() == 0
    found = {each.number: each for each in (await room.rotation.status()).generations}
    assert found[number].share is not None
    assert found[number - 1].share is None
    for house in (room, other):
        house.vault.forget(owner.key)
    assert await owner.opens(row)
    assert await reader.opens(row)


async def test_the_house_replaces_what_is_due(room: Strongroom, owner: Owner) -> None:
    """A key of 89 days is replaced unasked, and one turn later everything has moved."""
    (row,) = await owner.store()
    await replace_keys(room.rotation)
    assert len(await room.rotation.versions(owner.key)) == 1
    await owner.date_back(89)
    await replace_keys(room.rotation)
    assert len(await room.rotation.versions(owner.key)) == 2
    await owner.date_back(1)
    await replace_keys(room.rotation)
    assert (await owner.value(row)).startswith("sr:v1:2:")
    states = [each.state for each in await room.rotation.versions(owner.key)]
    assert states == ["destroyed", "sealing"]


async def test_nothing_is_sealed_where_rotation_would_not_find_it(
    room: Strongroom, owner: Owner
) -> None:
    """A column that nobody registered is refused before anything is stored."""
    with pytest.raises(PlaceUnknown, match=r"notes\.body"):
        await room.vault.seal(owner.key, Place("notes", "body", new_id()), b"x")


KILLED = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from strongroom.crypto import Keyring
from strongroom.room import RoomSettings, Strongroom
from strongroom.vault import KeyOwner, SealedColumn

async def main():
    app, system, organization = sys.argv[1:]
    table = "strongroom.vault_checks"
    columns = [SealedColumn(table, each) for each in ("label", "phrase")]
    folder = Path(__file__).parent
    settings = RoomSettings(app, system, "https://x.test", "x", {}, folder, columns)
    async with Strongroom(settings, Keyring(bytes(range(32)))) as room:
        owner = KeyOwner.organization(UUID(organization))
        while True:
            done = await room.rotation.reseal(owner, 10)
            print(done.remaining, flush=True)
asyncio.run(main())
"""


async def test_a_killed_resealing_goes_on(
    room: Strongroom, owner: Owner, tmp_path: Path
) -> None:
    """Killed in the middle, every value opens; the next run finishes the rest."""
    rows = await owner.store(300)
    await room.rotation.rotate(owner.key)
    await owner.date_back(1)
    program = tmp_path / "reseal.py"
    program.write_text(KILLED, encoding="utf-8")
    urls = (room.settings.app_url, room.settings.system_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        *urls,
        str(owner.key.id),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    left = int(await process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    assert 0 < left < 600
    assert all([await owner.opens(row) for row in rows])
    done = await room.rotation.reseal(owner.key, 1000)
    assert done.remaining == 0
    assert all([await owner.opens(row) for row in rows])


async def test_a_root_key_is_replaced_in_steps(room: Strongroom, owner: Owner) -> None:
    """Both roots open everything at each step; at the end the new one alone does."""
    settings = replace(room.settings, sealed=room.rotation.columns)
    rows, new = await owner.store(3), Keyring(os.urandom(32), [("tenant", ROOT)])
    generation = await room.rotation.replace_root(new, "Canary")
    assert await room.rotation.replace_root(new, "Canary") == generation
    async with Strongroom(settings, new) as successor:
        fresh = Owner(successor, owner.key.id)
        try:
            before = await successor.rotation.keys_left()
            assert await fresh.opens(rows[0])
            assert await room.rotation.rewrap(1) == before - 1
            while await successor.rotation.rewrap():
                assert await owner.opens(rows[1])
                assert await fresh.opens(rows[1])
            with pytest.raises(RootReplaced, match="restart"):
                await room.rotation.replace_root(Keyring(os.urandom(32)), "Canary")
        finally:  # The other tests have the old root.
            assert await successor.vault.generations.forget_old_root()
            back = await successor.rotation.replace_root(KEYS, "Another Canary")
            while await successor.rotation.rewrap():
                pass
            assert await room.vault.generations.forget_old_root()
    assert back == generation + 1
    on_record = [
        ("key.replace-root", {"by": by, "generation": number})
        for by, number in (("Canary", generation), ("Another Canary", back))
    ]
    assert (await details_about(room, "root"))[-2:] == on_record
    assert await owner.opens(rows[2])
    async with Strongroom(settings, new) as stranger:
        with pytest.raises(RootKeyWrong):
            await stranger.vault.sealer(KeyOwner.organization(new_id()))


def test_periods_have_limits() -> None:
    """A period that is pointless or endless is refused at the start."""
    for wrong in ({"rotation": timedelta(days=400)}, {"grace": timedelta(0)}):
        with pytest.raises(ValueError, match="must be"):
            RotationSettings(**wrong)
