"""The three doors to Postgres; there is no fourth.

``tenant``  one organization's rows, under its signed context.
``system``  everything, as a role of its own, for a stated and counted reason.
``aside``   a short transaction of its own, so that counters and refusals outlive
            the rollback of the request that caused them.

A door awaited for one statement costs one round trip; entered with ``async with``
it is a transaction that commits at the end and rolls back on any exception. A change
and what has to be on record of it fit into one trip too: `TenantDoor.followed_by`.
"""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import cache
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg

from .context import ContextSigner
from .errors import DatabaseUnavailable
from .pool import LOST, Connection, Pool


Row = asyncpg.Record


@cache
def one_trip(sql: str, parameters: int) -> str:
    """Return *sql*, a query with so many *parameters*, joined to its context.

    The query depends on the context's row, so Postgres cannot start it before the
    context is set; were it to, the query would see no row at all.
    """
    # lint: sql-format, because the statement is the caller's own constant text.
    return f"""
        with context as materialized (
            select set_config('strongroom.context', ${parameters + 1}, true) as signed
        )
        select statement.* from context, lateral (
            select * from ({sql}) as wanted where context.signed is not null offset 0
        ) as statement
    """


@cache
def one_change(change: str, parameters: int, follower: str, followers: int) -> str:
    """Return *change* joined to its context, and *follower* to the rows it changed.

    The change depends on the context as a query does in `one_trip`, and the follower
    reads the rows that it returned as ``changed``, so neither can begin before it may:
    Postgres runs a change in a ``with`` when its rows are asked for (its documentation,
    section 7.8.4), and asks the one that nobody reads, the follower, last. Were it to
    begin sooner, it would see no row at all.
    """
    # lint: sql-format, because both statements are the caller's own constant text.
    return f"""
        with context as materialized (
            select set_config(
                'strongroom.context', ${parameters + followers + 1}, true
            ) as signed
        ), changed as (
            {change}
        ), followed as (
            {shifted(follower, parameters)}
        )
        select statement.* from context, lateral (
            select * from changed where context.signed is not null offset 0
        ) as statement
    """


def shifted(sql: str, by: int) -> str:
    """Return *sql* with each of its parameters so many places further on."""
    return re.sub(r"\$(\d+)", lambda number: f"${int(number[1]) + by}", sql)


class Tx:
    """An open transaction: run statements, never commit."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        """Wrap a *connection* that is inside a transaction."""
        self._connection = connection

    async def fetch(self, sql: str, *values: Any) -> list[Row]:
        """Return every row."""
        return await self._connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None."""
        return await self._connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: Any) -> Any:
        """Return the first value of the first row, or None."""
        return await self._connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: Any) -> str:
        """Run a statement and return its command tag, such as ``UPDATE 1``."""
        return await self._connection.execute(sql, *values)


class Door:
    """A way in as one role; subclasses say what travels with the statement."""

    def __init__(self, pool: Pool) -> None:
        """Open on *pool* when used."""
        self._pool = pool
        self._connection: Connection | None = None

    def _opening(self, connection: Connection) -> str:  # noqa: ARG002 - see TenantDoor.
        return "begin"

    async def __aenter__(self) -> Tx:
        """Begin; the context travels in the same round trip."""
        connection = await self._pool.take()
        try:
            await connection.execute(self._opening(connection))
        except BaseException as failed:
            self._drop(connection)
            if isinstance(failed, LOST):
                raise DatabaseUnavailable from failed
            raise
        self._connection = connection
        return Tx(connection)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit, or roll back when anything was raised."""
        connection, self._connection = self._connection, None
        if connection is None:  # Entering failed; there is nothing to end.
            return
        try:
            await connection.execute("commit" if kind is None else "rollback")
        except BaseException as failed:
            self._drop(connection)
            if isinstance(failed, LOST):
                raise DatabaseUnavailable from failed
            raise
        self._pool.give_back(connection)
        if isinstance(raised, LOST):
            raise DatabaseUnavailable from raised

    def _drop(self, connection: Connection) -> None:
        connection.terminate()
        self._pool.give_back(connection)

    async def fetch(self, sql: str, *values: Any) -> list[Row]:
        """Return every row of one statement, in one round trip.

        Raises:
            DatabaseUnavailable: no connection could be had, or the server went away.

        """
        return await self._ask(sql, values)

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of one statement, or None. Raises as `fetch` does."""
        rows = await self.fetch(sql, *values)
        return rows[0] if rows else None

    async def _ask(self, sql: str, values: tuple[Any, ...]) -> list[Row]:
        connection = await self._pool.take()
        try:
            return await connection.fetch(sql, *values, *self._travelling(connection))
        except LOST as lost:
            connection.terminate()
            raise DatabaseUnavailable from lost
        finally:
            self._pool.give_back(connection)

    def _travelling(self, connection: Connection) -> tuple[str, ...]:  # noqa: ARG002
        return ()


class TenantDoor(Door):
    """One organization's rows, and no other's."""

    def __init__(self, pool: Pool, signer: ContextSigner, organization: UUID) -> None:
        """Speak for *organization* on every connection taken from *pool*."""
        super().__init__(pool)
        self._signer, self._organization = signer, organization

    def _context(self, connection: Connection) -> str:
        return self._signer.sign(self._organization, connection.get_server_pid())

    def _opening(self, connection: Connection) -> str:
        # The text is ours, made of hexadecimal digits, dots and dashes only.
        context = self._context(connection)
        return f"begin; select set_config('strongroom.context', '{context}', true)"

    def _travelling(self, connection: Connection) -> tuple[str, ...]:
        return (self._context(connection),)

    async def fetch(self, sql: str, *values: Any) -> list[Row]:
        """Return every row of one statement, in one round trip with its context."""
        return await self._ask(one_trip(sql, len(values)), values)

    def followed_by(self, follower: str, *values: Any) -> "Followed":
        """Return this door for one change, which *follower* follows, or both fail.

        The change returns the rows that it changed; *follower* is a statement that
        reads them as ``changed``, such as ``insert into … select … from changed``.
        """
        return Followed(self._ask, follower, values)


class Followed:
    """A tenant's door for one change and its follower: one round trip, all or nothing.

    It has no transaction to enter: what was begun otherwise would not be followed.
    """

    __slots__ = ("_ask", "_follower", "_values")

    def __init__(
        self,
        ask: Callable[[str, tuple[Any, ...]], Awaitable[list[Row]]],
        follower: str,
        values: tuple[Any, ...],
    ) -> None:
        """Put each change before *follower* with its *values*."""
        self._ask, self._follower, self._values = ask, follower, values

    async def fetch(self, change: str, *values: Any) -> list[Row]:
        """Return every row that *change* returns. Raises as `Door.fetch` does."""
        sql = one_change(change, len(values), self._follower, len(self._values))
        return await self._ask(sql, (*values, *self._values))

    async def fetchrow(self, change: str, *values: Any) -> Row | None:
        """Return the first row that *change* returns, or None."""
        rows = await self.fetch(change, *values)
        return rows[0] if rows else None


class Database:
    """The house's only way to Postgres."""

    def __init__(self, app: Pool, system: Pool, signer: ContextSigner) -> None:
        """Take a pool per role and the signer of tenant contexts."""
        self._app, self._system, self._signer = app, system, signer
        self.system_uses: Counter[str] = Counter()

    def tenant(self, organization_id: UUID) -> TenantDoor:
        """Open *organization_id*'s door."""
        return TenantDoor(self._app, self._signer, organization_id)

    def system(self, *, reason: str) -> Door:
        """Open the system door for a stated *reason*; every use is counted."""
        self.system_uses[reason] += 1
        return Door(self._system)

    def aside(self, *, reason: str) -> Door:
        """Open a transaction that outlives the caller's rollback."""
        return self.system(reason=reason)

    @property
    def waits(self) -> dict[str, int]:
        """How often somebody waited for a connection, by door."""
        return {"tenant": self._app.waits, "system": self._system.waits}

    async def close(self) -> None:
        """Close idle connections."""
        await self._app.close()
        await self._system.close()

    async def __aenter__(self) -> Self:
        """Return the database."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()
