"""All SQL of replacing keys. The database's clock decides how old a key is."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.vault import Generation, KeyOwner, SealedColumn, WrappedKey

from .models import ColumnCount, KeyVersion


async def versions_of(door: Door, owner: KeyOwner) -> list[KeyVersion]:
    """Return every version of an owner's key, oldest first."""
    rows = await door.fetch(
        """
        select version, created_at, seals_from,
               case when wrapped is null then 'destroyed'
                    when seals_from > now() then 'waiting'
                    when version = max(version) filter (
                        where wrapped is not null and seals_from <= now()) over ()
                    then 'sealing' else 'opening' end as state
          from strongroom.vault_keys where owner_kind = $1 and owner_id = $2
         order by version
        """,
        owner.kind,
        owner.id,
    )
    return [
        KeyVersion(row["version"], row["created_at"], row["seals_from"], row["state"])
        for row in rows
    ]


async def owners_due(
    door: Door, older_than: timedelta, limit: int
) -> list[tuple[KeyOwner, int]]:
    """Return owners whose newest key seals for longer, and that key's version."""
    rows = await door.fetch(
        """
        select owner_kind, owner_id, version from strongroom.vault_keys k
         where wrapped is not null and seals_from < now() - $1::interval
           and not exists (select from strongroom.vault_keys n
                            where n.owner_kind = k.owner_kind
                              and n.owner_id = k.owner_id and n.version > k.version)
         order by seals_from limit $2
        """,
        older_than,
        limit,
    )
    return [
        (KeyOwner(row["owner_kind"], row["owner_id"]), row["version"]) for row in rows
    ]


async def owners_with_older(door: Door) -> list[KeyOwner]:
    """Return owners that have a key besides the one that seals."""
    rows = await door.fetch(
        """
        select owner_kind, owner_id from strongroom.vault_keys
         where wrapped is not null group by owner_kind, owner_id
        having count(*) filter (where seals_from <= now()) > 1
         order by owner_kind, owner_id
        """
    )
    return [KeyOwner(row["owner_kind"], row["owner_id"]) for row in rows]


async def destroy_older(
    tx: Tx, owner: KeyOwner, needed: Sequence[int], grace: timedelta
) -> tuple[list[int], list[int]]:
    """Destroy versions that nothing needs; return them, and those still in grace.

    A version's grace begins when the next one seals, so that a value which was sealed
    just before then can still be stored.
    """
    rows = await tx.fetch(
        """
        with older as (
            select version, lead(seals_from) over (order by version) as ended
              from strongroom.vault_keys
             where owner_kind = $1 and owner_id = $2 and wrapped is not null
        ), spare as (
            select version, ended <= now() - $4::interval as over from older
             where ended <= now() and version <> all($3::integer[])
        ), gone as (
            update strongroom.vault_keys k set wrapped = null, destroyed_at = now()
              from spare where spare.over and k.version = spare.version
               and k.owner_kind = $1 and k.owner_id = $2
        )
        select version, over from spare order by version
        """,
        owner.kind,
        owner.id,
        needed,
        grace,
    )
    destroyed = [row["version"] for row in rows if row["over"]]
    return destroyed, [row["version"] for row in rows if not row["over"]]


async def counts_of(
    door: Door, column: SealedColumn, owner: KeyOwner
) -> dict[str, int]:
    """Return how many of an owner's values in *column* name which version."""
    # lint: sql-format, because SealedColumn refuses names that need quoting.
    query = f"""
        select {_version(column)} as version, count(*) as many from {column.table}
         where {column.owner} = $1 and {column.column} is not null group by 1
    """
    rows = await door.fetch(query, owner.id)
    return {row["version"]: row["many"] for row in rows}


async def values_not_of(
    door: Door,
    column: SealedColumn,
    owner: KeyOwner,
    version: int,
    without: Sequence[str],
    limit: int,
) -> list[tuple[UUID | str, str | bytes]]:
    """Return rows and values of an owner that name another version than *version*."""
    # lint: sql-format, because SealedColumn refuses names that need quoting.
    query = f"""
        select {column.row} as row, {column.column} as sealed from {column.table}
         where {column.owner} = $1 and {column.column} is not null
           and {_version(column)} <> $2 and {column.row}::text <> all($3::text[])
         order by {column.row} limit $4
    """
    rows = await door.fetch(query, owner.id, str(version), without, limit)
    return [(row["row"], row["sealed"]) for row in rows]


async def replace_value(
    tx: Tx, column: SealedColumn, row: UUID | str, old: str | bytes, new: str | bytes
) -> bool:
    """Put *new* where *old* still stands; say whether it did."""
    # lint: sql-format, because SealedColumn refuses names that need quoting.
    query = f"""
        update {column.table} set {column.column} = $1
         where {column.row} = $2 and {column.column} = $3
    """
    return await tx.execute(query, new, row, old) != "UPDATE 0"


async def count_column(door: Door, column: SealedColumn) -> ColumnCount:
    """Return how all values of *column* stand."""
    # lint: sql-format, because SealedColumn refuses names that need quoting.
    query = f"""
        select count(*) as values,
               count(*) filter (where k.version < k.current) as older,
               count(*) filter (where k.version is null) as unreadable
          from {column.table} t left join lateral (
            select k.version, (
                select max(c.version) from strongroom.vault_keys c
                 where c.owner_kind = $1 and c.owner_id = t.{column.owner}
                   and c.wrapped is not null and c.seals_from <= now()) as current
              from strongroom.vault_keys k
             where k.owner_kind = $1 and k.owner_id = t.{column.owner}
               and k.version::text = {_version(column, "t.")}
               and k.wrapped is not null
          ) k on true
         where t.{column.column} is not null
    """
    row = await door.fetchrow(query, column.kind)
    counted = dict(row) if row else {"values": 0, "older": 0, "unreadable": 0}
    return ColumnCount(column.name, **counted)


async def totals(door: Door) -> Row | None:
    """Return how many owners and keys there are, and since when the oldest seals."""
    return await door.fetchrow(
        """
        select count(distinct (owner_kind, owner_id)) as owners, count(*) as keys,
               min(seals_from) filter (where not exists (
                   select from strongroom.vault_keys n
                    where n.owner_kind = k.owner_kind and n.owner_id = k.owner_id
                      and n.version > k.version and n.seals_from <= now())) as oldest
          from strongroom.vault_keys k where wrapped is not null
        """
    )


async def generations(door: Door) -> list[Generation]:
    """Return every generation, oldest first."""
    rows = await door.fetch(
        "select * from strongroom.vault_generations order by generation"
    )
    return [Generation.of(row) for row in rows]


async def generation_due(door: Door, older_than: timedelta) -> int | None:
    """Return the newest generation's number if it is older."""
    row = await door.fetchrow(
        """
        select generation from strongroom.vault_generations
         where created_at < now() - $1::interval and generation =
               (select max(generation) from strongroom.vault_generations)
        """,
        older_than,
    )
    return row["generation"] if row else None


async def keys_before(door: Door, generation: int, limit: int) -> list[WrappedKey]:
    """Return keys that an older generation wraps."""
    rows = await door.fetch(
        """
        select *, seals_from <= now() as seals from strongroom.vault_keys
         where wrapped is not null and generation < $1
         order by owner_kind, owner_id, version limit $2
        """,
        generation,
        limit,
    )
    return [WrappedKey.of(row) for row in rows]


async def count_keys_before(door: Door, generation: int) -> int:
    """Return how many keys an older generation still wraps."""
    row = await door.fetchrow(
        "select count(*) as many from strongroom.vault_keys"
        " where wrapped is not null and generation < $1",
        generation,
    )
    return row["many"] if row else 0


async def replace_wrapping(tx: Tx, old: WrappedKey, new: WrappedKey) -> bool:
    """Put *new* where *old* still stands; say whether it did."""
    tag = await tx.execute(
        """
        update strongroom.vault_keys set wrapped = $5, generation = $6
         where owner_kind = $1 and owner_id = $2 and version = $3 and wrapped = $4
        """,
        old.owner.kind,
        old.owner.id,
        old.version,
        old.wrapped,
        new.wrapped,
        new.generation,
    )
    return tag == "UPDATE 1"


async def destroy_generations(tx: Tx, before: int) -> list[int]:
    """Destroy the shares of older generations that wrap no key; return their numbers.

    Whoever adds a key holds its generation's row: we wait, and then see the key.
    """
    await tx.fetch(
        "select 1 from strongroom.vault_generations where generation < $1 for update",
        before,
    )
    rows = await tx.fetch(
        """
        update strongroom.vault_generations g set share = null, handed = null,
               destroyed_at = now()
         where generation < $1 and share is not null
           and not exists (select from strongroom.vault_keys k
                            where k.generation = g.generation and k.wrapped is not null)
        returning generation
        """,
        before,
    )
    return [row["generation"] for row in rows]


def _version(column: SealedColumn, prefix: str = "") -> str:
    """Return the SQL that reads which version a value of *column* names."""
    value = f"{prefix}{column.column}"
    if column.form == "bytes":
        value = f"encode(substring({value} from 1 for 20), 'escape')"
    return f"split_part({value}, ':', 3)"
