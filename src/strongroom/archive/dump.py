"""A database's rows into an archive, table by table, all of one moment.

Guards the dead as well as the living: a cell about a person goes in sealed under the
person's own key. Memory holds one part at a time, however large a table is.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.db import (
    Connection,
    children_first,
    copied_columns,
    copy_out,
    references_of,
    snapshot,
)

from .draft import Draft
from .manifest import Contents, Manifest, Table
from .plan import Keys, Owner, Plan, TablePlan
from .rows import NULL, SEALED, Lines, RowDigest, seal_cell


PART_BYTES = 4 * 1024 * 1024
"""So much of a table goes into one part, before it is compressed."""

Progress = Callable[[str, int, int], None]
"""Is told which table comes next, and how many of how many are done."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from, and how they are sealed."""

    url: str
    """Postgres as the role that owns the schema."""

    plan: Plan
    keys: Keys


async def dump(
    source: Source,
    draft: Draft,
    made_at: datetime,
    key: Ed25519PrivateKey,
    progress: Progress = lambda *_: None,
    files: Mapping[str, bytes] | None = None,
) -> Manifest:
    """Write every table but those left out, and *files*; sign it with *key*.

    Raises:
        DepotFailed: the place is full or away; what was written is no archive.
        UnsafeDatabase: a policy would hide rows.

    """
    async with snapshot(source.url) as connection:
        columns = await copied_columns(connection)
        wanted = [each for each in columns if source.plan.takes(each)]
        order = children_first(wanted, await references_of(connection))[::-1]
        tables = []
        for number, name in enumerate(order):
            progress(name, number, len(order))
            writer = TableWriter(draft, source, name, columns[name])
            tables.append(await writer.write(connection))
    kept = {name: await draft.add(text) for name, text in (files or {}).items()}
    return await draft.finish(Contents(tables, kept), made_at, key)


class TableWriter:
    """Writes one table."""

    def __init__(
        self, draft: Draft, source: Source, name: str, columns: Sequence[str]
    ) -> None:
        """Write the *columns* of the table called *name*."""
        self._draft, self._keys = draft, source.keys
        self._name, self._columns = name, list(columns)
        self._plan = source.plan.of(name)
        self._lines, self._digest = Lines(), RowDigest()
        self._parts, self._waiting, self._size = list[str](), list[bytes](), 0

    async def write(self, connection: Connection) -> Table:
        """Copy the table, and return what is known of it."""
        owner = self._plan.owner if self._plan else None
        await copy_out(connection, self._name, self._columns, self._take, owner)
        await self._flush()
        return Table(
            name=self._name,
            columns=self._columns,
            sealed=list(self._plan.sealed) if self._plan else [],
            rows=self._digest.rows,
            digest=self._digest.text(),
            parts=self._parts,
        )

    async def _take(self, chunk: bytes) -> None:
        self._waiting += self._lines.cut(chunk)
        self._size += len(chunk)
        if self._size >= PART_BYTES:
            await self._flush()

    async def _flush(self) -> None:
        lines, self._waiting, self._size = self._waiting, [], 0
        if not lines:
            return
        if self._plan:
            keys = await self._keys(owners_of(lines))
            lines = await asyncio.to_thread(self._sealed, lines, self._plan, keys)
        await asyncio.to_thread(self._digest.add, lines)
        self._parts.append(await self._draft.add(b"\n".join(lines) + b"\n"))

    def _sealed(
        self,
        lines: Sequence[bytes],
        plan: TablePlan,
        keys: Mapping[Owner, bytes | None],
    ) -> list[bytes]:
        places = {self._columns.index(name) + 1: name for name in plan.sealed}
        return [self._sealed_line(each, places, keys) for each in lines]

    def _sealed_line(
        self,
        line: bytes,
        places: Mapping[int, str],
        keys: Mapping[Owner, bytes | None],
    ) -> bytes:
        cells = line.split(b"\t")
        owner = cells[0].decode()
        if owner not in keys:
            return line  # Nobody's, or of somebody who never had an account.
        key = keys[owner]
        for at, column in places.items():
            if key is None:  # Destroyed while we wrote: the value is gone already.
                cells[at] = SEALED if cells[at] != NULL else NULL
            else:
                cells[at] = seal_cell(key, cells[at], self._name, column)
        return b"\t".join(cells)


def owners_of(lines: Sequence[bytes]) -> set[Owner]:
    """Return whose *lines* are."""
    first = {line.partition(b"\t")[0] for line in lines}
    return {each.decode() for each in first - {NULL}}
