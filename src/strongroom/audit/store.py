"""All SQL of the audit log."""

import json
from typing import Any
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.kernel import Origin

from .models import Actor, Entry, Target


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


async def newest(
    door: Door,
    before: UUID | None,
    limit: int,
    action: str | None,
    outcome: str | None,
) -> list[Entry]:
    """Return up to *limit* entries older than *before*, newest first."""
    rows = await door.fetch(
        """
        select *, host(address) as host from strongroom.audit_entries
         where ($1::uuid is null or id < $1)
           and ($3::text is null or action = $3)
           and ($4::text is null or outcome = $4)
         order by id desc limit $2
        """,
        before,
        limit,
        action,
        outcome,
    )
    return [_entry(row) for row in rows]


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
