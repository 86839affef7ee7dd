"""The doors: what travels with a statement, and what outlives a rollback."""

import asyncio

import asyncpg
import pytest

from strongroom.db import ContextSigner, Database, DatabaseUnavailable, Pool
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.kernel import new_id
from strongroom.organizations import Organization
from strongroom.organizations.store import insert
from strongroom.room import Strongroom


NAMES = "select name from strongroom.organizations"


async def two_organizations(room: Strongroom) -> tuple[Organization, Organization]:
    """Put two organizations in, through the system door."""
    pair = Organization(new_id(), "First"), Organization(new_id(), "Second")
    async with room.db.system(reason="test the doors") as tx:
        for organization in pair:
            await insert(tx, organization)
    return pair


async def test_a_tenant_sees_itself_in_one_trip_and_in_a_transaction(
    room: Strongroom,
) -> None:
    """Both ways through the tenant door show one organization's rows alone."""
    first, second = await two_organizations(room)
    assert [row[0] for row in await room.db.tenant(first.id).fetch(NAMES)] == ["First"]
    async with room.db.tenant(second.id) as tx:
        assert [row[0] for row in await tx.fetch(NAMES)] == ["Second"]
        assert await tx.fetchval(f"{NAMES} where id = $1", first.id) is None


async def test_a_tenant_cannot_write_for_another(room: Strongroom) -> None:
    """A row for another organization is refused by the database."""
    first, second = await two_organizations(room)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with room.db.tenant(first.id) as tx:
            await tx.execute(
                "insert into strongroom.memberships"
                " (organization_id, account_id, role) values ($1, $2, 'owner')",
                second.id,
                new_id(),
            )


async def test_a_connection_forgets_its_tenant(room: Strongroom) -> None:
    """After a tenant's turn the same connection, without context, sees nothing."""
    first, _ = await two_organizations(room)
    pool = Pool(room.settings.app_url, 1, "test")
    signer = ContextSigner(room.keys.derive("tenant context"))
    db = Database(pool, pool, signer)
    assert await db.tenant(first.id).fetch(NAMES)
    async with db.tenant(first.id) as tx:
        assert await tx.fetch(NAMES)
    assert await db.system(reason="the same pool, no context").fetch(NAMES) == []
    await db.close()


async def test_an_exception_rolls_back_and_an_aside_stays(room: Strongroom) -> None:
    """What was done aside is there after the transaction beside it was undone."""
    kept, undone = Organization(new_id(), "Kept"), Organization(new_id(), "Undone")

    async def fail_beside_an_aside() -> None:
        async with room.db.system(reason="test the doors") as tx:
            await insert(tx, undone)
            async with room.db.aside(reason="test the doors") as aside:
                await insert(aside, kept)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_beside_an_aside()
    query = f"{NAMES} where id = any($1::uuid[])"
    door = room.db.system(reason="test the doors")
    assert [row[0] for row in await door.fetch(query, [kept.id, undone.id])] == ["Kept"]


async def test_a_cancelled_transaction_gives_a_clean_connection_back(
    room: Strongroom,
) -> None:
    """A request that is cancelled in mid-query leaves no open transaction behind."""
    pool = Pool(room.settings.system_url, 1, "test")
    db = Database(pool, pool, ContextSigner(bytes(32)))

    async def linger() -> None:
        async with db.system(reason="test the doors") as tx:
            await tx.execute("select pg_sleep(30)")

    task = asyncio.create_task(linger())
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    rows = await db.system(reason="test the doors").fetch("select 1 as one")
    assert rows[0]["one"] == 1
    await db.close()


async def test_every_system_use_is_counted_by_reason(room: Strongroom) -> None:
    """The system door counts who used it, and why."""
    reason = f"test {new_id()}"
    for _ in range(3):
        await room.db.system(reason=reason).fetch("select 1")
    assert room.db.system_uses[reason] == 3


async def test_a_server_that_is_away_is_unavailable_and_not_a_fault() -> None:
    """No answer is an answer: 503, and come back."""
    pool = Pool("postgresql://nobody:x@127.0.0.1:1/nothing", 1, "test")
    db = Database(pool, pool, ContextSigner(bytes(32)))
    with pytest.raises(DatabaseUnavailable) as refused:
        await db.system(reason="test the doors").fetch("select 1")
    assert refused.value.status == 503
    assert refused.value.retry_after is not None


async def test_waiters_are_served_in_turn_and_none_is_lost(
    postgres: EmbeddedPostgres,
) -> None:
    """Forty askers share two connections; each gets its own answer."""
    pool = Pool(postgres.superuser_url, 2, "test")
    db = Database(pool, pool, ContextSigner(bytes(32)))

    async def ask(number: int) -> int:
        rows = await db.system(reason="test the pool").fetch("select $1::int", number)
        return int(rows[0][0])

    assert await asyncio.gather(*map(ask, range(40))) == list(range(40))
    await db.close()


async def test_a_waiter_gives_up_in_time_and_leaves_no_hole(
    postgres: EmbeddedPostgres,
) -> None:
    """Who waits too long is told so, and the connection is still there afterwards."""
    pool = Pool(postgres.superuser_url, 1, "test")
    connection = await pool.take()
    with pytest.raises(DatabaseUnavailable):
        await pool.take()
    pool.give_back(connection)
    assert await pool.take() is connection
    pool.give_back(connection)
    await pool.close()
