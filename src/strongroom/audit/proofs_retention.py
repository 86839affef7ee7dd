"""Entries go when their period ends, and not before."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from strongroom.kernel import duration, new_id
from strongroom.lab import (
    Contradicted,
    Evidence,
    Lab,
    Twin,
    Vantage,
    proof,
    require,
    sabotage,
)

from . import store
from .settings import SHORTEST, AuditSettings


DAY = timedelta(days=1)
DROPPED_WITHIN = 15
"""Seconds; the turns come every three."""


@sabotage("nothing is ever dropped", tells="still there")
async def kept_for_ever(twin: Twin) -> None:
    """Let the job do nothing."""

    async def drop_none(*_: Any) -> int:
        return 0

    twin.change(store, "drop_older", drop_none)


@sabotage("entries are dropped after thirty days", tells="too early")
async def dropped_early(twin: Twin) -> None:
    """Save space."""
    twin.change(twin.room.audit_tree, "settings", AuditSettings(SHORTEST))


@proof(
    "audit.retention",
    vantage=Vantage.INSIDE,
    sabotages=[kept_for_ever, dropped_early],
)
async def old_entries_are_dropped(lab: Lab, retention: str) -> Evidence:
    """Plant an entry past its period and a younger one; only the first one goes."""
    kept = duration(retention)
    old = await planted(lab, kept + DAY / 48)
    young = await planted(lab, kept - DAY)
    for _ in range(DROPPED_WITHIN):
        if not await is_there(lab, old):
            break
        await asyncio.sleep(1)
    else:
        message = f"an entry past its {kept.days} days is still there"
        raise Contradicted(message)
    require(await is_there(lab, young), "an entry was dropped too early")
    async with lab.inside.database() as database:
        place = await database.fetchval(
            "select leaf from strongroom.audit_leaves where entry_id = $1", old
        )
        overdue = await database.fetchval(
            "select count(*) from strongroom.audit_entries"
            " where occurred_at < now() - $1::interval",
            kept + DAY / 24,
        )
        total = await database.fetchval("select count(*) from strongroom.audit_entries")
    require(place is not None, "with the entry went its place in the tree")
    require(not overdue, f"{overdue} entries are an hour past their period")
    return Evidence(
        population=total,
        positive="a younger entry, planted beside it, stayed",
        observed={"entries": total, "kept": retention},
    )


async def planted(lab: Lab, age: timedelta) -> UUID:
    """Write an entry of *age* into a canary's log, as the schema's owner."""
    canary, entry_id = await lab.canary("b"), new_id()
    async with lab.inside.database() as database:
        await database.execute(
            "insert into strongroom.audit_entries (id, organization_id, occurred_at,"
            " action, outcome, actor_kind, target_kind)"
            " values ($1, $2, now() - $3::interval, 'canary.aged', 'done', 'house',"
            " 'canary')",
            entry_id,
            canary.id,
            age,
        )
    return entry_id


async def is_there(lab: Lab, entry_id: UUID) -> bool:
    """Say whether an entry still has its content."""
    async with lab.inside.database() as database:
        found = await database.fetchval(
            "select 1 from strongroom.audit_entries where id = $1", entry_id
        )
    return found is not None
