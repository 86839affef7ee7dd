"""All SQL of the audit log."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from strongroom.db import Door, Followed, Row, Tx
from strongroom.kernel import Origin

from .models import Actor, DayCount, Entry, EntryFilter, Target, View


LeafRow = tuple[UUID, datetime, bytes, bytes]
"""An entry, when it happened, the digest of its facts, the commitment to the rest."""


INSERT = """
    insert into strongroom.audit_entries
        (id, organization_id, action, outcome, reason, actor_kind, actor_id,
         actor_name, target_kind, target_id, address, user_agent, request_id,
         details)
    select $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::uuid,
           $8::text, $9::text, $10::text, $11::text::inet, $12::text, $13::text,
           $14::text::jsonb
"""
"""A query rather than values, so that it can also read the rows of a change."""

INSERT_IF_CHANGED = f"{INSERT} from changed limit 1"


async def insert(tx: Tx, entry: Entry) -> None:
    """Write *entry* inside the change's own transaction."""
    await tx.execute(INSERT, *columns(entry))


def columns(entry: Entry) -> tuple[Any, ...]:
    """Return *entry* as `INSERT` takes it."""
    return (
        entry.id,
        entry.organization_id,
        entry.action,
        entry.outcome,
        entry.reason,
        entry.actor.kind,
        entry.actor.id,
        entry.actor.name,
        entry.target.kind,
        entry.target.id,
        entry.origin.address,
        entry.origin.user_agent,
        entry.origin.request_id,
        json.dumps(_details(entry)),
    )


def _details(entry: Entry) -> dict[str, Any]:
    """Return an entry's details, and with them the operator behind its actor."""
    operator = entry.actor.operator
    return {**entry.details, **({"operator": operator} if operator else {})}


_MATCHES = """
    ($1::text is null or action = $1)
    and ($2::text is null or outcome = $2)
    and ($3::text is null or lower(actor_name) = lower($3) or actor_id::text = $3)
    and ($4::text is null or target_kind = $4 or target_id = $4)
"""


async def newest(
    door: Door, wanted: EntryFilter, before: UUID | None, limit: int
) -> list[Entry]:
    """Return up to *limit* entries older than *before*, newest first."""
    rows = await door.fetch(
        f"""
        select *, host(address) as host from strongroom.audit_entries
         where {_MATCHES}
           and ($5::timestamptz is null or occurred_at >= $5)
           and ($6::timestamptz is null or occurred_at < $6)
           and ($7::uuid is null or id < $7)
         order by id desc limit $8
        """,
        wanted.action,
        wanted.outcome,
        wanted.actor,
        wanted.target,
        wanted.since,
        wanted.until,
        before,
        limit,
    )
    return [_entry(row) for row in rows]


async def per_day(door: Door, wanted: EntryFilter, days: int) -> list[DayCount]:
    """Return the last *days* days, oldest first, whatever period is *wanted*."""
    rows = await door.fetch(
        f"""
        with bounds as (
            select (now() at time zone 'UTC')::date as today
        ), counted as (
            select (occurred_at at time zone 'UTC')::date as day,
                   count(*) filter (where outcome = 'done') as done,
                   count(*) filter (where outcome = 'refused') as refused
              from strongroom.audit_entries, bounds
             where {_MATCHES}
               and occurred_at >= (today - ($5::int - 1)) at time zone 'UTC'
             group by 1
        )
        select today - ago as day, coalesce(done, 0) as done,
               coalesce(refused, 0) as refused
          from bounds cross join generate_series($5::int - 1, 0, -1) as ago
          left join counted on counted.day = today - ago
         order by 1
        """,
        wanted.action,
        wanted.outcome,
        wanted.actor,
        wanted.target,
        days,
    )
    return [DayCount(row["day"], row["done"], row["refused"]) for row in rows]


def _entry(row: Row) -> Entry:
    details: dict[str, Any] = json.loads(row["details"])
    return Entry(
        id=row["id"],
        organization_id=row["organization_id"],
        occurred_at=row["occurred_at"],
        action=row["action"],
        outcome=row["outcome"],
        reason=row["reason"],
        actor=Actor(
            row["actor_kind"],
            row["actor_id"],
            row["actor_name"],
            details.get("operator"),
        ),
        target=Target(row["target_kind"], row["target_id"]),
        origin=Origin(row["host"], row["user_agent"], row["request_id"]),
        details=details,
    )


_SEALED = """
    e.id, e.organization_id, e.occurred_at, e.action, e.outcome, e.reason, e.actor_kind,
    e.actor_id, e.actor_name, e.target_kind, e.target_id, host(e.address) as address,
    e.user_agent, e.request_id, e.details, e.salt
"""


_UNSEALED = f"""
    select {_SEALED} from strongroom.audit_entries e
     where e.id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
       and (select l.entry_id from strongroom.audit_leaves l
             where l.entry_id = e.id) is null
     order by e.id limit $2
"""


async def unsealed(door: Door, since: UUID | None, most: int) -> list[Row]:
    """Return up to *most* committed entries that no tree has, oldest first.

    Each is looked up among the leaves by itself: a join of the two would be as long as
    the log, since nearly everything in it is sealed.
    """
    return await door.fetch(_UNSEALED, since, most)


async def lock_tree(tx: Tx, organization_id: UUID | None) -> int:
    """Let nobody else seal this tree until the transaction ends; return its size."""
    await tx.fetchval(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        f"audit tree {organization_id}",
    )
    size: int = await tx.fetchval(_SIZE, organization_id)
    return size


_TREE = """
    (select * from strongroom.audit_leaves where organization_id = $1::uuid
      union all
     select * from strongroom.audit_leaves
      where organization_id is null and $1::uuid is null) l
"""
"""The leaves of one tree; the house's has no organization. As two questions, since an
index answers each, and only one is asked."""

_SIZE = """
    select coalesce(
        (select leaf + 1 from strongroom.audit_leaves where organization_id = $1::uuid
          order by leaf desc limit 1),
        (select leaf + 1 from strongroom.audit_leaves
          where organization_id is null and $1::uuid is null
          order by leaf desc limit 1),
        0)
"""
"""Not by max(leaf): under row-level security Postgres reads every leaf for that."""


async def insert_leaves(
    tx: Tx, organization_id: UUID | None, first: int, rows: Sequence[LeafRow]
) -> None:
    """Give entries their places, from *first* on."""
    await tx.execute(
        """
        insert into strongroom.audit_leaves
            (organization_id, leaf, entry_id, occurred_at, facts, personal)
        select $1, $2 + given.place - 1, given.entry_id, given.occurred_at, given.facts,
               given.personal
          from unnest($3::uuid[], $4::timestamptz[], $5::bytea[], $6::bytea[])
               with ordinality as given(entry_id, occurred_at, facts, personal, place)
        """,
        organization_id,
        first,
        *map(list, zip(*rows, strict=True)),
    )


async def leaves(
    tx: Tx | Door, organization_id: UUID | None, first: int, end: int
) -> list[Row]:
    """Return the leaves from *first* up to *end*, with their entries as far as kept."""
    return await tx.fetch(
        f"""
        select l.leaf, l.entry_id, l.occurred_at as at, l.facts, l.personal, {_SEALED}
          from {_TREE} left join strongroom.audit_entries e on e.id = l.entry_id
         where l.leaf >= $2 and l.leaf < $3
         order by l.leaf
        """,
        organization_id,
        first,
        end,
    )


async def sealed_hashes(
    door: Door, organization_id: UUID | None, first: int
) -> list[Row]:
    """Return every leaf from *first* on, without its entry."""
    return await door.fetch(
        f"""
        select l.occurred_at as at, l.facts, l.personal
          from {_TREE} where l.leaf >= $2 order by l.leaf
        """,
        organization_id,
        first,
    )


async def chosen_leaves(
    door: Tx | Door,
    organization_id: UUID,
    wanted: EntryFilter,
    first: int,
    end: int,
    most: int,
) -> list[Row]:
    """Return up to *most* leaves from *first* up to *end* whose entry is *wanted*."""
    return await door.fetch(
        f"""
        select l.leaf, l.entry_id, l.occurred_at as at, l.facts, l.personal, {_SEALED}
          from strongroom.audit_leaves l
          join strongroom.audit_entries e on e.id = l.entry_id
         where {_MATCHES}
           and ($5::timestamptz is null or e.occurred_at >= $5)
           and ($6::timestamptz is null or e.occurred_at < $6)
           and l.leaf >= $7 and l.leaf < $8
           and l.organization_id = $10
         order by l.leaf limit $9
        """,
        wanted.action,
        wanted.outcome,
        wanted.actor,
        wanted.target,
        wanted.since,
        wanted.until,
        first,
        end,
        most,
        organization_id,
    )


_TREES = """
    with recursive one as (
        (select organization_id from strongroom.audit_leaves
          where organization_id is not null order by organization_id, leaf limit 1)
        union all
        select (select l.organization_id from strongroom.audit_leaves l
                 where l.organization_id > one.organization_id
                 order by l.organization_id, l.leaf limit 1)
          from one where one.organization_id is not null
    )
    select organization_id from one where organization_id is not null
    union all
    select null where exists (
        select from strongroom.audit_leaves where organization_id is null
    )
"""


async def trees(door: Door) -> set[UUID | None]:
    """Return whose entries are sealed; None is the house.

    From one tree to the next by the index: there are few, and many leaves.
    """
    rows = await door.fetch(_TREES)
    return {row["organization_id"] for row in rows}


async def place_of(door: Door, entry_id: UUID) -> int | None:
    """Return which leaf an entry is, or None while it is not sealed."""
    row = await door.fetchrow(
        "select leaf from strongroom.audit_leaves where entry_id = $1", entry_id
    )
    return row["leaf"] if row else None


async def find(door: Door, entry_id: UUID) -> Entry | None:
    """Return one entry, if this door may see it."""
    row = await door.fetchrow(
        "select *, host(address) as host from strongroom.audit_entries where id = $1",
        entry_id,
    )
    return _entry(row) if row else None


async def views(door: Door) -> list[View]:
    """Return the organization's views by name."""
    rows = await door.fetch(
        "select id, name, filters from strongroom.audit_views order by name"
    )
    return [View(row["id"], row["name"], json.loads(row["filters"])) for row in rows]


async def insert_view(door: Followed, view: View) -> bool:
    """Keep a view; say whether its name was free."""
    kept = await door.fetchrow(
        "insert into strongroom.audit_views (id, name, filters)"
        " values ($1, $2, $3::text::jsonb) on conflict do nothing returning id",
        view.id,
        view.name,
        json.dumps(dict(view.filters)),
    )
    return kept is not None


async def delete_view(door: Followed, view_id: UUID) -> bool:
    """Delete a view; say whether there was one."""
    deleted = "delete from strongroom.audit_views where id = $1 returning id"
    return await door.fetchrow(deleted, view_id) is not None


async def drop_older(tx: Tx, kept: timedelta) -> int:
    """Drop sealed entries older than *kept* that no legal hold needs; say how many."""
    tag = await tx.execute(
        """
        delete from strongroom.audit_entries e using strongroom.audit_leaves l
         where l.entry_id = e.id and e.occurred_at < now() - $1::interval
           and not exists (
               select from strongroom.legal_holds h
                where h.store = 'strongroom.audit_entries' and h.released_at is null
                  and h.account_id = e.actor_id)
        """,
        kept,
    )
    return int(tag.split()[1])
