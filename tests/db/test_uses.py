"""Uses of the system door: counted in every process, kept for everybody."""

import asyncio
from collections import Counter

import pytest

from strongroom.db import Database, DatabaseUnavailable, Pool, keep_uses, move_uses
from strongroom.room import Strongroom


async def kept(room: Strongroom) -> Counter[str]:
    """Return what the table holds now, without leaving a trace in it."""
    door = room.db.system(reason="look at the table")
    rows = await door.fetch("select reason, uses from strongroom.system_uses")
    del room.db.system_uses["look at the table"]
    return Counter({row["reason"]: row["uses"] for row in rows})


async def test_counts_add_up_in_the_table(room: Strongroom) -> None:
    """What is moved leaves the process, and is added to what others moved."""
    before = await kept(room)
    for _ in range(2):
        for _ in range(3):
            room.db.system(reason="try the door")
        await move_uses(room.db)
    assert not +room.db.system_uses
    moved = await kept(room) - before
    assert moved["try the door"] == 6
    assert moved["keep the uses of this door"] == 2


async def test_an_idle_process_writes_nothing(room: Strongroom) -> None:
    """Where nothing was counted, the move does not count itself for ever."""
    await move_uses(room.db)
    before = await kept(room)
    await move_uses(room.db)
    assert await kept(room) == before


async def test_nothing_is_lost_while_the_database_is_away(room: Strongroom) -> None:
    """Uses wait in the process until they can be kept."""
    nowhere = Pool("postgresql://nobody@127.0.0.1:1/none", 1, "test")
    away = Database(nowhere, nowhere, room.db._signer)
    away.system(reason="try the door")
    with pytest.raises(DatabaseUnavailable):
        await move_uses(away)
    assert away.system_uses["try the door"] == 1
    keeping = asyncio.create_task(keep_uses(away, pause=0.01))
    await asyncio.sleep(0.1)
    assert not keeping.done()
    keeping.cancel()
