"""All SQL of break-glass. The database's clock decides what has ended."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Tx

from .models import Grant


_OPEN = "g.ended_at is null and g.expires_at > now()"

_WAITING = "g.ended_at is null and g.approved_by is null and g.asked_at + $1 > now()"

_GRANTS = f"""
    select g.id, g.organization_id, o.name as organization, g.asked_by,
           a.email as asker, g.reason, g.lasts, g.asked_at, b.email as approver,
           g.expires_at,
           case when {_OPEN} then 'open' when {_WAITING} then 'waiting'
                else 'over' end as state
      from strongroom.break_glass_grants g
      join strongroom.organizations o on o.id = g.organization_id
      join strongroom.operators a on a.id = g.asked_by
      left join strongroom.operators b on b.id = g.approved_by
"""


async def newest(door: Door, waits: timedelta) -> list[Grant]:
    """Return the newest requests, newest first."""
    rows = await door.fetch(f"{_GRANTS} order by g.asked_at desc limit 50", waits)
    return [Grant(**row) for row in rows]


async def find(door: Door, waits: timedelta, grant_id: UUID) -> Grant | None:
    """Return one request."""
    row = await door.fetchrow(f"{_GRANTS} where g.id = $2", waits, grant_id)
    return Grant(**row) if row else None


async def find_open(
    door: Door, waits: timedelta, operator_id: UUID, organization_id: UUID
) -> Grant | None:
    """Return what is open at this moment to the operator who asked for it."""
    row = await door.fetchrow(
        f"{_GRANTS} where g.asked_by = $2 and g.organization_id = $3 and {_OPEN}"
        " order by g.expires_at desc limit 1",
        waits,
        operator_id,
        organization_id,
    )
    return Grant(**row) if row else None


async def insert(
    tx: Tx,
    grant_id: UUID,
    organization_id: UUID,
    asked_by: UUID,
    reason: str,
    lasts: timedelta,
) -> bool:
    """Keep a request; say whether there is such an organization."""
    tag = await tx.execute(
        """
        insert into strongroom.break_glass_grants
            (id, organization_id, asked_by, reason, lasts)
        select $1, o.id, $3, $4, $5 from strongroom.organizations o where o.id = $2
        """,
        grant_id,
        organization_id,
        asked_by,
        reason,
        lasts,
    )
    return tag == "INSERT 0 1"


async def approve(tx: Tx, waits: timedelta, grant_id: UUID, approved_by: UUID) -> bool:
    """Open it from now on; say whether it still waited."""
    tag = await tx.execute(
        f"""
        update strongroom.break_glass_grants g
           set approved_by = $3, approved_at = now(), expires_at = now() + lasts
         where g.id = $2 and {_WAITING}
        """,
        waits,
        grant_id,
        approved_by,
    )
    return tag == "UPDATE 1"


async def end(tx: Tx, grant_id: UUID) -> bool:
    """End it, be it open or waiting; say whether it had not ended."""
    tag = await tx.execute(
        "update strongroom.break_glass_grants set ended_at = now()"
        " where id = $1 and ended_at is null",
        grant_id,
    )
    return tag == "UPDATE 1"
