"""An archive into an empty database, all of it or nothing, and compared afterwards.

Guards against a restore that only seems to have worked: every row is counted and
hashed on its way in, and the tables are read again and hashed once more.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import asyncpg

from strongroom.db import (
    Column,
    Connection,
    clear,
    columns_of,
    copied_columns,
    copy_in,
    copy_out,
    renumber,
)

from .age import Identity
from .dump import Progress, owners_of
from .errors import ArchiveBroken, ArchiveUnfit
from .manifest import Table
from .plan import Keys, Owner, Plan, TablePlan
from .rows import NULL, SEALED, Lines, RowDigest, open_cell
from .shelf import Archive


@dataclass(frozen=True, slots=True)
class Loaded:
    """How one table came back."""

    table: str
    archived: int
    """Rows in the archive."""

    restored: int
    """Rows in the database afterwards."""

    unreadable: int
    """Rows whose person was erased since: without the person, or left out."""

    matches: bool
    """Whether the database holds exactly what was put in."""


@dataclass(slots=True)
class Tally:
    """What went into a table, while it goes in."""

    given: RowDigest = field(default_factory=RowDigest)
    archived: RowDigest = field(default_factory=RowDigest)
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """An archive that was opened, and what its cells need."""

    archive: Archive
    identity: Identity
    plan: Plan
    keys: Keys


async def load(
    reading: Reading, connection: Connection, progress: Progress = lambda *_: None
) -> list[Loaded]:
    """Put the archive's rows in, in the caller's transaction, and read them again.

    What a new schema brings of its own is replaced. Nothing else may be in the way:
    whoever calls has looked.

    Raises:
        ArchiveBroken: it was altered or cut, or rows are missing.
        ArchiveUnfit: the schema does not take it.
        NotForThisKey: the identity is none of its recipients'.

    """
    contents = await asyncio.to_thread(reading.archive.contents, reading.identity)
    known = await copied_columns(connection)
    for table in contents.tables:
        require_fit(table, known)
    kinds = {(each.table, each.name): each for each in await columns_of(connection)}
    await clear(connection, [each.name for each in reversed(contents.tables)])
    loaded = []
    for number, table in enumerate(contents.tables):
        progress(table.name, number, len(contents.tables))
        filler = TableFiller(reading, table, kinds)
        loaded.append(await filler.fill(connection))
    await renumber(connection)
    return loaded


def require_fit(table: Table, known: Mapping[str, list[str]]) -> None:
    """Accept a table that the database has, with every column.

    Raises:
        ArchiveUnfit: it has not.

    """
    missing = set(table.columns) - set(known.get(table.name, ()))
    if missing:
        what = ", ".join(sorted(missing)) if table.name in known else "at all"
        message = (
            f"this build has no {table.name} ({what}): restore with a later build,"
            " or name the app whose it is by --app"
        )
        raise ArchiveUnfit(message)


class TableFiller:
    """Fills one table."""

    def __init__(
        self, reading: Reading, table: Table, kinds: Mapping[tuple[str, str], Column]
    ) -> None:
        """Fill *table*, whose columns are of *kinds*."""
        self._reading, self._table, self._kinds = reading, table, kinds
        self._plan = _planned(reading.plan, table)
        self._tally = Tally()

    async def fill(self, connection: Connection) -> Loaded:
        """Put every row in, and compare.

        Raises:
            ArchiveBroken: rows are missing, or are not those that were written.
            ArchiveUnfit: the database refuses one.

        """
        table, tally = self._table, self._tally
        try:
            await copy_in(connection, table.name, table.columns, self._rows())
        except asyncpg.PostgresError as refused:
            message = f"{table.name} does not take its rows: {refused}"
            raise ArchiveUnfit(message) from None
        if (tally.archived.rows, tally.archived.text()) != (table.rows, table.digest):
            message = f"{table.name}: the rows are not those that were written"
            raise ArchiveBroken(message)
        again = await digest_of(connection, table)
        matches = (again.rows, again.text()) == (tally.given.rows, tally.given.text())
        return Loaded(table.name, table.rows, again.rows, tally.unreadable, matches)

    async def _rows(self) -> AsyncIterator[bytes]:
        read = self._reading.archive.read
        for part in self._table.parts:
            text = await asyncio.to_thread(read, part, self._reading.identity)
            lines = text.split(b"\n")[:-1]
            self._tally.archived.add(lines)
            if self._plan:
                keys = await self._reading.keys(owners_of(lines))
                lines = await asyncio.to_thread(self._opened, lines, self._plan, keys)
            self._tally.given.add(lines)
            yield b"".join(line + b"\n" for line in lines)

    def _opened(
        self,
        lines: list[bytes],
        plan: TablePlan,
        keys: Mapping[Owner, bytes | None],
    ) -> list[bytes]:
        found = (self._opened_line(each, plan, keys) for each in lines)
        return [each for each in found if each is not None]

    def _opened_line(
        self, line: bytes, plan: TablePlan, keys: Mapping[Owner, bytes | None]
    ) -> bytes | None:
        owner, *cells = line.split(b"\t")
        key = keys.get(owner.decode())
        unreadable = False
        for name in self._table.sealed:
            at = self._table.columns.index(name)
            if not cells[at].startswith(SEALED):
                continue
            if key is None or cells[at] == SEALED:
                unreadable = True
                cells[at] = self._blank(name, plan)
            else:
                cells[at] = open_cell(key, cells[at], self._table.name, name)
        self._tally.unreadable += unreadable
        return None if unreadable and plan.unopened == "drop" else b"\t".join(cells)

    def _blank(self, name: str, plan: TablePlan) -> bytes:
        column = self._kinds[self._table.name, name]
        if name in plan.instead:
            return plan.instead[name].encode()
        if column.nullable:
            return NULL
        # The row goes when the erasures are replayed; until then it must stand.
        return b"\\\\x" if column.kind == "bytea" else _placeholder()


def _placeholder() -> bytes:
    return f"erased-{secrets.token_hex(16)}".encode()


def _planned(plan: Plan, table: Table) -> TablePlan | None:
    """Return how a table's cells are opened; the archive says which were sealed."""
    if not table.sealed:
        return None
    return plan.of(table.name) or TablePlan(table.name, tuple(table.sealed), "null")


async def digest_of(connection: Connection, table: Table) -> RowDigest:
    """Read a table again, and return the digest of what it holds."""
    digest, lines = RowDigest(), Lines()

    async def take(chunk: bytes) -> None:
        digest.add(lines.cut(chunk))

    await copy_out(connection, table.name, table.columns, take)
    return digest
