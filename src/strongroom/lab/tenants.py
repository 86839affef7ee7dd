"""Playing a tenant inside the database: its rows, its context, its identifiers.

For proofs that look across the wall. Table names are always the catalogue's own, as
Postgres quotes them, so they may stand in a statement.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from strongroom.db import Connection, ContextSigner

from .lab import Lab


def tenant_column(table: str) -> str:
    """Return the column that names the tenant."""
    return "id" if table == "strongroom.organizations" else "organization_id"


@asynccontextmanager
async def as_tenant(lab: Lab, organization: UUID) -> AsyncIterator[Connection]:
    """Lend the application's role under *organization*'s genuine context."""
    signer = ContextSigner(lab.inside.keys.derive("tenant context"))
    async with lab.inside.intruder() as intruder:
        context = signer.sign(organization, intruder.get_server_pid())
        await set_context(intruder, context)
        yield intruder


async def set_context(intruder: Connection, context: str) -> None:
    """Set the context for the rest of the connection, as injected SQL could."""
    await intruder.execute(
        "select set_config('strongroom.context', $1, false)", context
    )


async def owned_rows(
    database: Connection, tables: Sequence[str], owner: UUID
) -> set[str]:
    """Return a digest of each row that belongs to *owner*, as the schema's owner."""
    digests: set[str] = set()
    for table in tables:
        # lint: sql-format, because table names are the catalogue's own.
        query = f"select md5(t::text) from {table} t where {tenant_column(table)} = $1"
        digests |= {f"{table} {row[0]}" for row in await database.fetch(query, owner)}
    return digests


async def count_rows(
    database: Connection, table: str, organization: UUID
) -> tuple[int, int]:
    """Return how many rows of *organization* and of others the connection sees."""
    # lint: sql-format, because table names are the catalogue's own.
    query = f"""
        select count(*) filter (where {tenant_column(table)} = $1),
               count(*) filter (where {tenant_column(table)} is distinct from $1)
          from {table}
    """
    ((own, foreign),) = await database.fetch(query, organization)
    return own, foreign


async def push_rows(intruder: Connection, table: str, target: UUID) -> str:
    """Try to give every visible row to *target*, undo it, and return what happened.

    Raises:
        asyncpg.InsufficientPrivilegeError: the wall refused it.

    """
    trial = intruder.transaction()
    await trial.start()
    try:
        # lint: sql-format, because table names are the catalogue's own.
        query = f"update {table} set {tenant_column(table)} = $1"
        return await intruder.execute(query, target)
    finally:
        await trial.rollback()


async def identifiers_in(
    database: Connection, tables: Sequence[str], owner: UUID
) -> set[str]:
    """Return identifiers of *owner*'s rows, a few of each table that has any."""
    found: set[str] = set()
    for table in tables:
        has_id = await database.fetchval(
            "select 1 from pg_attribute where attrelid = $1::text::regclass"
            " and attname = 'id' and atttypid = 'uuid'::regtype",
            table,
        )
        if has_id:
            # lint: sql-format, because table names are the catalogue's own.
            query = f"select id from {table} where {tenant_column(table)} = $1 limit 3"
            found |= {str(row["id"]) for row in await database.fetch(query, owner)}
    return found
