"""All SQL of the audit log."""

import json
from typing import Any
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.kernel import Origin

from .models import Actor, DayCount, Entry, EntryFilter, Target


async def insert(tx: Tx, entry: Entry) -> None:
    """Write *entry* inside the change's own transaction."""
    await tx.execute(
        """
        insert into strongroom.audit_entries
            (id, organization_id, action, outcome, reason, actor_kind, actor_id,
             actor_name, target_kind, target_id, address, user_agent, request_id,
             details)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::inet, $12, $13,
                $14::jsonb)
        """,
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
        json.dumps(dict(entry.details)),
    )


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
        actor=Actor(row["actor_kind"], row["actor_id"], row["actor_name"]),
        target=Target(row["target_kind"], row["target_id"]),
        origin=Origin(row["host"], row["user_agent"], row["request_id"]),
        details=details,
    )
