"""Whole tables out of a database and into one, by Postgres' own COPY.

Guards against a copy that is silently partial: of one moment, as the schema's owner,
and refused where row-level security would hide rows even from the owner.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from .errors import UnsafeDatabase
from .owner import single_connection
from .pool import Connection


Sink = Callable[[bytes], Coroutine[Any, Any, None]]

BACKING_UP = 7_305_432_003
"""The advisory lock of whoever writes or restores archives; it only has to be ours."""

_OURS = "n.nspname !~ '^(pg_|information_schema$)'"

_COLUMNS = f"""
    select n.nspname || '.' || c.relname as table, array_agg(a.attname::text
           order by a.attnum) as columns
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
       and not a.attisdropped and a.attgenerated = '' and {_OURS}
     group by 1
"""

_HIDDEN = f"""
    select n.nspname || '.' || c.relname as table from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity
       and {_OURS} and not exists (
           select from pg_policy p where p.polrelid = c.oid and p.polpermissive
              and p.polcmd in ('*', 'r')
              and (select oid from pg_roles where rolname = session_user)
                  = any(p.polroles))
"""

_FORCED = f"""
    select n.nspname || '.' || c.relname as table from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and c.relforcerowsecurity and {_OURS}
       and pg_get_userbyid(c.relowner) = session_user
"""

_SEQUENCES = f"""
    select n.nspname || '.' || c.relname as table, a.attname as column,
           s.oid::regclass::text as sequence
      from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      join pg_class c on c.oid = d.refobjid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
     where d.deptype in ('a', 'i') and {_OURS}
"""


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Connection]:
    """Lend a connection that sees one moment and changes nothing.

    Raises:
        UnsafeDatabase: a policy would hide rows from whoever this is.

    """
    async with (
        single_connection(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        hidden = [row["table"] for row in await connection.fetch(_HIDDEN)]
        if hidden:
            message = (
                f"{', '.join(hidden)} would be copied in part: policies hide rows"
                " from its owner; call strongroom.isolate() on it"
            )
            raise UnsafeDatabase(message)
        yield connection


@asynccontextmanager
async def filling(url: str) -> AsyncIterator[Connection]:
    """Lend a connection in whose transaction tables are filled, all or none."""
    async with single_connection(url) as connection, connection.transaction():
        forced = [row["table"] for row in await connection.fetch(_FORCED)]
        # COPY fills no table whose policies bind its owner. Nobody sees them loosened:
        # they are bound again before the transaction ends.
        await _force(connection, forced, "no force")
        yield connection
        await _force(connection, forced, "force")


async def _force(connection: Connection, tables: Sequence[str], how: str) -> None:
    for table in tables:
        statement = f"alter table {quoted(table)} {how} row level security"
        await connection.execute(statement)


@asynccontextmanager
async def one_at_a_time(url: str) -> AsyncIterator[bool]:
    """Say whether nobody else works on archives, and keep others out meanwhile."""
    async with single_connection(url) as connection:
        taken = await connection.fetchval("select pg_try_advisory_lock($1)", BACKING_UP)
        yield bool(taken)  # The lock goes with the connection, however that ends.


async def copied_columns(connection: Connection) -> dict[str, list[str]]:
    """Return each table's columns but those that the database computes by itself."""
    rows = await connection.fetch(_COLUMNS)
    return {row["table"]: row["columns"] for row in rows}


async def copy_out(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    sink: Sink,
    owner: str | None = None,
) -> None:
    """Send each row of *table* to *sink*, as fast as it takes it, in COPY's form.

    With *owner*, an expression over the row ``t``, its value comes first.
    """
    names = [f"t.{quoted_column(each)}" for each in columns]
    wanted = ", ".join([owner, *names] if owner else names)
    # lint: sql-format, because names are the catalogue's own.
    query = f"select {wanted} from {quoted(table)} t"
    await connection.copy_from_query(query, output=sink)


async def copy_in(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    source: AsyncIterator[bytes],
) -> None:
    """Fill *table* with rows in COPY's text form."""
    schema, _, name = table.partition(".")
    await connection.copy_to_table(
        name, schema_name=schema, columns=list(columns), source=source
    )


async def clear(connection: Connection, tables: Sequence[str]) -> None:
    """Delete every row of *tables*, in this order."""
    for table in tables:
        # lint: sql-format, because the name is the catalogue's own.
        await connection.execute(f"delete from {quoted(table)}")


async def renumber(connection: Connection) -> None:
    """Let each sequence go on after the highest number that its column holds."""
    for row in await connection.fetch(_SEQUENCES):
        column, table = quoted_column(row["column"]), quoted(row["table"])
        # lint: sql-format, because names are the catalogue's own.
        query = f"select coalesce(max({column}), 1), count(*) from {table}"
        highest, count = await connection.fetchrow(query) or (1, 0)
        await connection.execute(
            "select setval($1::text::regclass, $2, $3)",
            row["sequence"],
            highest,
            count > 0,
        )


async def has_rows(connection: Connection, table: str) -> bool:
    """Say whether *table* is there and holds a row."""
    if await connection.fetchval("select to_regclass($1)", table) is None:
        return False
    # lint: sql-format, because the name is checked to be a table's.
    query = f"select exists (select from {quoted(table)})"
    return bool(await connection.fetchval(query))


def quoted(table: str) -> str:
    """Return a table's name for a statement."""
    schema, _, name = table.partition(".")
    return f'"{schema}"."{name}"'


def quoted_column(name: str) -> str:
    """Return a column's name for a statement."""
    return '"' + name.replace('"', '""') + '"'


async def replace_database(
    superuser_url: str, name: str, new: str, kept_as: str
) -> None:
    """Let *new* take the place of the database *name*, which is kept as *kept_as*."""
    async with single_connection(superuser_url) as superuser, superuser.transaction():
        for before, after in ((name, kept_as), (new, name)):
            statement = f'alter database "{before}" rename to "{after}"'
            await superuser.execute(statement)


async def new_database(superuser_url: str, name: str, owner: str) -> None:
    """Make an empty database, in the place of one that was left unfinished."""
    async with single_connection(superuser_url) as superuser:
        # lint: sql-format, because the names are the caller's constants.
        await superuser.execute(f'drop database if exists "{name}" with (force)')
        # lint: sql-format, because the names are the caller's constants.
        await superuser.execute(f'create database "{name}" owner "{owner}"')
