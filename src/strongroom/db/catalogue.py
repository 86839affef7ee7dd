"""Which tables and columns the database really has, and which refer to which.

Guards registries of tables against going stale: they are compared with what is here,
never with what somebody remembers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .doors import Door, Tx
from .pool import Connection


_OURS = "n.nspname !~ '^(pg_|information_schema$)'"

_COLUMNS = f"""
    select n.nspname || '.' || c.relname as table, a.attname as name,
           format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), null) as kind,
           not a.attnotnull as nullable,
           a.atthasdef or a.attidentity <> '' as filled
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_type t on t.oid = a.atttypid
     where c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and {_OURS}
     order by 1, a.attnum
"""

_REFERENCES = f"""
    select distinct n.nspname || '.' || c.relname as child,
           m.nspname || '.' || p.relname as parent
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_class p on p.oid = k.confrelid
      join pg_namespace m on m.oid = p.relnamespace
     where k.contype = 'f' and k.conrelid <> k.confrelid and {_OURS}
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as the catalogue has it."""

    table: str
    name: str
    kind: str
    nullable: bool
    filled: bool
    """Whether a row that does not name it gets a value."""


async def columns_of(database: Connection | Door | Tx) -> list[Column]:
    """Return every column of every table, ours and an embedder's."""
    return [Column(**row) for row in await database.fetch(_COLUMNS)]


async def references_of(database: Connection | Door | Tx) -> set[tuple[str, str]]:
    """Return each pair of a table and another that it refers to."""
    rows = await database.fetch(_REFERENCES)
    return {(row["child"], row["parent"]) for row in rows}


def children_first(
    tables: Iterable[str], references: set[tuple[str, str]]
) -> list[str]:
    """Return *tables* so that each stands before the tables that it refers to."""
    left, ordered = sorted(set(tables)), list[str]()
    while left:
        free = [each for each in left if not _referred(each, left, references)]
        free = free or left[:1]  # Two tables that refer to each other: either first.
        ordered += free
        left = [each for each in left if each not in free]
    return ordered


def _referred(
    table: str, among: Sequence[str], references: set[tuple[str, str]]
) -> bool:
    return any((child, table) in references for child in among if child != table)
