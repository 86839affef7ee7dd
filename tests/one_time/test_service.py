"""A one-time value is good once, for one purpose, for a while, for a few tries."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from strongroom.kernel import Secret, new_id
from strongroom.one_time import OneTimeValueSpent
from strongroom.one_time.store import MOST_ATTEMPTS
from strongroom.room import Strongroom


HOUR = timedelta(hours=1)
PURPOSE = "open a test door"


async def mint(room: Strongroom, subject: UUID, lifetime: timedelta = HOUR) -> Secret:
    """Return a new value for *subject*."""
    async with room.db.system(reason="test one-time values") as tx:
        return await room.one_time.mint(tx, PURPOSE, subject, lifetime)


async def consume(room: Strongroom, token: Secret, purpose: str = PURPOSE) -> UUID:
    """Use a value up in a transaction of its own."""
    async with room.db.system(reason="test one-time values") as tx:
        return await room.one_time.consume(tx, purpose, token)


async def test_of_twenty_who_race_exactly_one_wins(room: Strongroom) -> None:
    """Twenty transactions use one value at once; one gets its subject."""
    subject = new_id()
    token = await mint(room, subject)
    tries = [consume(room, token) for _ in range(20)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [each for each in results if isinstance(each, UUID)] == [subject]
    refused = [each for each in results if isinstance(each, OneTimeValueSpent)]
    assert len(refused) == len(tries) - 1


async def test_a_value_is_for_one_purpose(room: Strongroom) -> None:
    """A value minted for one thing opens nothing else, and stays good for its own."""
    token = await mint(room, new_id())
    with pytest.raises(OneTimeValueSpent):
        await consume(room, token, "open another door")
    await consume(room, token)


async def test_a_value_expires_at_read_time(room: Strongroom) -> None:
    """No sweeper is needed: an expired value is refused while its row still stands."""
    token = await mint(room, new_id(), timedelta(seconds=-1))
    with pytest.raises(OneTimeValueSpent):
        await consume(room, token)


async def test_a_rolled_back_use_leaves_the_value_good(room: Strongroom) -> None:
    """Whoever uses a value and then fails may try again."""
    token = await mint(room, new_id())

    async def consume_and_fail() -> None:
        async with room.db.system(reason="test one-time values") as tx:
            await room.one_time.consume(tx, PURPOSE, token)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await consume_and_fail()
    await consume(room, token)


async def test_attempts_are_counted_and_end(room: Strongroom) -> None:
    """After ten tries a value is dead, though nobody used it."""
    token = await mint(room, new_id())
    for _ in range(MOST_ATTEMPTS):
        await room.one_time.attempt(PURPOSE, token)
    with pytest.raises(OneTimeValueSpent):
        await room.one_time.attempt(PURPOSE, token)


async def test_the_table_holds_no_token(room: Strongroom) -> None:
    """Whoever reads the table learns no value that opens anything."""
    token = await mint(room, new_id())
    door = room.db.system(reason="test one-time values")
    rows = await door.fetch("select t::text as row from strongroom.one_time_values t")
    assert rows
    assert not [row for row in rows if token.reveal() in row["row"]]
