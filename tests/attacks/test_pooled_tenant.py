"""A pooled connection remembers whom it served before.

One tenant's context stays on a connection that the next tenant gets, after an
exception, a cancellation or a commit (getklai/klai#878). Here the pool has a single
connection, so whatever stays is met at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from strongroom.db import ContextSigner, Database, Pool
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from tests.conftest import KEYS, PASSWORDS


NAMES = "select name from strongroom.organizations order by name"
CONTEXT = "select current_setting('strongroom.context', true)"


@dataclass(frozen=True, slots=True)
class Narrow:
    """A database with one connection per door, and two tenants in it."""

    db: Database
    app: Pool
    ours: UUID
    theirs: UUID

    async def names(self, organization: UUID) -> list[str]:
        """Return the organizations that one sees."""
        rows = await self.db.tenant(organization).fetch(NAMES)
        return [row["name"] for row in rows]

    async def left_behind(self) -> str:
        """Return the context that the pool's connection still carries."""
        connection = await self.app.take()
        try:
            return str(await connection.fetchval(CONTEXT) or "")
        finally:
            self.app.give_back(connection)

    async def require_apart(self) -> None:
        """See that each tenant sees itself alone, and nothing is left behind."""
        assert await self.names(self.ours) == ["Our Works"]
        assert await self.left_behind() == ""
        assert await self.names(self.theirs) == ["Their Works"]
        assert await self.left_behind() == ""
        assert await self.names(new_id()) == []


@pytest.fixture
async def narrow(
    postgres: EmbeddedPostgres, database: str, room: Strongroom
) -> AsyncIterator[Narrow]:
    """Lend such a database."""
    ours, theirs = new_id(), new_id()
    async with room.db.system(reason="make two tenants in a test") as tx:
        for organization, name in ((ours, "Our Works"), (theirs, "Their Works")):
            await tx.execute(
                "insert into strongroom.organizations (id, name) values ($1, $2)",
                organization,
                name,
            )
    app = Pool(postgres.url("strongroom_app", PASSWORDS.app, database), 1, "narrow")
    system = Pool(
        postgres.url("strongroom_system", PASSWORDS.system, database), 1, "narrow"
    )
    signer = ContextSigner(KEYS.derive("tenant context"))
    async with Database(app, system, signer) as db:
        yield Narrow(db, app, ours, theirs)


async def test_tenants_take_turns(narrow: Narrow) -> None:
    """A hundred times on one connection, as one statement and as a transaction."""
    for turn in range(100):
        organization = narrow.theirs if turn % 2 else narrow.ours
        expected = ["Their Works" if turn % 2 else "Our Works"]
        assert await narrow.names(organization) == expected
        async with narrow.db.tenant(organization) as tx:
            rows = await tx.fetch(NAMES)
        assert [row["name"] for row in rows] == expected
    await narrow.require_apart()


async def test_an_exception_leaves_nothing_behind(narrow: Narrow) -> None:
    """Ours or Postgres', before a statement or after one."""
    for statement in ("select 1", "select 1/0", "select from nowhere"):
        with suppress(RuntimeError, asyncpg.PostgresError):
            async with narrow.db.tenant(narrow.ours) as tx:
                await tx.fetch(NAMES)
                await tx.fetch(statement)
                message = "the handler fails"
                raise RuntimeError(message)
        await narrow.require_apart()
        with suppress(RuntimeError, asyncpg.PostgresError):
            await narrow.db.tenant(narrow.ours).fetch(statement)
        await narrow.require_apart()


@pytest.mark.parametrize("moment", [0.0, 0.001, 0.005, 0.02, 0.05])
async def test_a_cancellation_leaves_nothing_behind(
    narrow: Narrow, moment: float
) -> None:
    """Whenever a visitor hangs up: while connecting, waiting, or in the statement."""

    async def in_one_trip() -> None:
        await narrow.db.tenant(narrow.ours).fetch("select pg_sleep(0.1)")

    async def in_a_transaction() -> None:
        async with narrow.db.tenant(narrow.ours) as tx:
            await tx.fetch(NAMES)
            await tx.fetch("select pg_sleep(0.1)")

    for work in (in_one_trip, in_a_transaction):
        task = asyncio.create_task(work())
        await asyncio.sleep(moment)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await narrow.require_apart()


async def test_a_context_set_by_hand_does_not_stay(narrow: Narrow) -> None:
    """Injected SQL that sets a context for the session has none in the next request."""
    signer = ContextSigner(KEYS.derive("tenant context"))
    with suppress(RuntimeError, asyncpg.PostgresError):
        async with narrow.db.tenant(narrow.ours) as tx:
            pid = await tx.fetchval("select pg_backend_pid()")
            stolen = signer.sign(narrow.ours, pid)
            await tx.execute(
                f"select set_config('strongroom.context', '{stolen}', false)"
            )
            message = "the attack is over"
            raise RuntimeError(message)
    assert await narrow.names(narrow.theirs) == ["Their Works"]
    assert await narrow.left_behind() == ""


async def test_many_at_once_are_kept_apart(narrow: Narrow) -> None:
    """Fifty requests of two tenants that wait for the one connection."""

    async def ask(turn: int) -> bool:
        organization = narrow.theirs if turn % 2 else narrow.ours
        return await narrow.names(organization) == [
            "Their Works" if turn % 2 else "Our Works"
        ]

    assert all(await asyncio.gather(*(ask(turn) for turn in range(50))))
    await narrow.require_apart()
