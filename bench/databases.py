"""A database of its own for each target, made for the run and dropped after it."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from strongroom.db.embedded import EmbeddedPostgres

from .errors import BenchRefused


OTHER_DATABASES = """
    select string_agg(datname, ', ') from pg_database
     where not datistemplate and datname <> 'postgres' and datname not like 'bench\\_%'
"""


@contextmanager
def postgres(url: str | None, scratch: Path) -> Iterator[str]:
    """Yield *url*, or that of a server of our own which lives below *scratch*.

    Ours is set up as for real data: each commit waits for the disk.

    Raises:
        BenchRefused: the server behind *url* holds somebody's data.

    """
    if url:
        _require_nothing_else(url)
        yield url
        return
    with EmbeddedPostgres(scratch / "server", secrets.token_hex()) as server:
        yield server.superuser_url


@contextmanager
def scratch_database(server_url: str, name: str) -> Iterator[str]:
    """Make the database ``bench_<name>``, yield its URL, and drop it."""
    database = f"bench_{name}"
    drop = f'drop database if exists "{database}" with (force)'
    run(server_url, drop)
    run(server_url, f'create database "{database}"')
    try:
        yield _named(server_url, database)
    finally:
        run(server_url, drop)


def run(url: str, *statements: str) -> None:
    """Run *statements* one by one, each in its own transaction."""
    asyncio.run(_run(url, statements))


def server_version(url: str) -> str:
    """Return the server's own word on its version."""
    return str(asyncio.run(_value(url, "show server_version")))


def _require_nothing_else(url: str) -> None:
    # Roles belong to the whole server, and the bench sets their passwords anew.
    others = asyncio.run(_value(url, OTHER_DATABASES))
    if others:
        message = f"give a Postgres to be thrown away: this one holds {others}"
        raise BenchRefused(message)


async def connect(url: str) -> asyncpg.Connection:
    """Return a connection.

    Raises:
        BenchRefused: there is none to be had.

    """
    try:
        return await asyncpg.connect(url)
    except (OSError, ValueError, asyncpg.PostgresError) as refused:
        message = f"Postgres cannot be reached: {refused}"
        raise BenchRefused(message) from refused


async def _run(url: str, statements: tuple[str, ...]) -> None:
    connection = await connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _value(url: str, query: str) -> Any:
    connection = await connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _named(url: str, database: str) -> str:
    # Written out: urlunsplit drops the empty host that a socket's URL may have.
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{database}{query}"
