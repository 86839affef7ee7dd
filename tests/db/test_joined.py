"""Changes that travel together: in one trip, all of them or none."""

import asyncpg
import pytest

from strongroom.db import Row, Tx, joined
from strongroom.kernel import new_id
from strongroom.organizations import Organization
from strongroom.organizations.store import insert
from strongroom.room import Strongroom


COUNT = "select count(*) from strongroom.organizations where id = any($1::uuid[])"
REASON = "test what travels together"


def organizations(number: int) -> list[Organization]:
    """Return organizations that nobody has met."""
    return [Organization(new_id(), f"Organization {each}") for each in range(number)]


async def kept(room: Strongroom, known: list[Organization]) -> int:
    """Return how many of *known* were kept."""
    door = room.db.system(reason=REASON)
    rows: list[Row] = await door.fetch(COUNT, [each.id for each in known])
    return int(rows[0]["count"])


async def test_changes_wait_and_go_with_the_next_question(room: Strongroom) -> None:
    """Nothing is sent before a question, and then everything with it, in one trip."""
    known = organizations(3)
    ids = [each.id for each in known]
    async with room.db.system(reason=REASON) as tx, joined(tx) as trip:
        for each in known[:2]:
            await insert(trip, each)
        assert await tx.fetchval(COUNT, ids) == 0
        last = known[2]
        name = await trip.fetchval(
            "insert into strongroom.organizations (id, name) values ($1, $2)"
            " returning name",
            last.id,
            last.name,
        )
        assert name == last.name
        assert await tx.fetchval(COUNT, ids) == 3
    assert await kept(room, known) == 3


async def test_what_no_question_took_along_goes_at_the_end(room: Strongroom) -> None:
    """No change is left behind, be it one or many."""
    for number in (1, 2):
        known = organizations(number)
        async with room.db.system(reason=REASON) as tx, joined(tx) as trip:
            for each in known:
                await insert(trip, each)
        assert await kept(room, known) == number


async def test_one_that_is_refused_undoes_the_others(room: Strongroom) -> None:
    """A key that exists comes up with the trip, and nothing of it is kept."""
    known = organizations(2)

    async def insert_twice(tx: Tx) -> None:
        async with joined(tx) as trip:
            for each in (*known, known[0]):
                await insert(trip, each)

    with pytest.raises(asyncpg.UniqueViolationError):
        async with room.db.system(reason=REASON) as tx:
            await insert_twice(tx)
    assert await kept(room, known) == 0


async def test_whoever_fails_before_the_trip_sends_nothing(room: Strongroom) -> None:
    """What waits is dropped with the transaction."""
    [known] = organizations(1)

    async def fail(tx: Tx) -> None:
        async with joined(tx) as trip:
            await insert(trip, known)
            raise LookupError

    with pytest.raises(LookupError):
        async with room.db.system(reason=REASON) as tx:
            await fail(tx)
    assert await kept(room, [known]) == 0
