"""All SQL of integrations. What is deleted is found by nothing but its undoing."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from strongroom.connectors import Tested
from strongroom.db import Door, Row, Tx

from .models import Integration, Stored


_SHOWN = (
    "id, kind, name, fields, destination, last_four, fingerprint, created_at,"
    " rotated_at, tested_at, works, said, deleted_at"
)


async def add(tx: Tx, new: Stored) -> None:
    """Keep a new integration of the organization whose door this is."""
    shown = new.integration
    await tx.execute(
        """
        insert into strongroom.integrations
            (id, kind, name, fields, destination, sealed, last_four, fingerprint)
        values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8)
        """,
        shown.id,
        shown.kind,
        shown.name,
        json.dumps(dict(shown.fields)),
        shown.destination,
        new.sealed,
        shown.last_four,
        shown.fingerprint,
    )


async def change(tx: Tx, wanted: Stored, before: Stored, *, rotated: bool) -> bool:
    """Write a change over what was read *before*; say whether it still stood there."""
    shown = wanted.integration
    tag = await tx.execute(
        """
        update strongroom.integrations
           set name = $2, fields = $3::jsonb, destination = $4, sealed = $5,
               last_four = $6, fingerprint = $7, tested_at = null, works = null,
               said = null, rotated_at = case when $8 then now() else rotated_at end,
               reminded_at = case when $8 then null else reminded_at end
         where id = $1 and deleted_at is null and fingerprint = $9
           and destination = $10
        """,
        shown.id,
        shown.name,
        json.dumps(dict(shown.fields)),
        shown.destination,
        wanted.sealed,
        shown.last_four,
        shown.fingerprint,
        rotated,
        before.integration.fingerprint,
        before.integration.destination,
    )
    return tag == "UPDATE 1"


async def newest(door: Door, undo: timedelta) -> list[Integration]:
    """Return the organization's integrations, and those whose deletion can be undone.

    By name, the deleted ones last.
    """
    rows = await door.fetch(
        f"""
        select {_SHOWN} from strongroom.integrations
         where deleted_at is null or deleted_at > now() - $1::interval
         order by deleted_at is not null, lower(name), id
        """,
        undo,
    )
    return [_integration(row) for row in rows]


async def find(door: Door, integration: UUID) -> Stored | None:
    """Return a living integration with its sealed secret, or None."""
    row = await door.fetchrow(
        f"select {_SHOWN}, sealed from strongroom.integrations"
        " where id = $1 and deleted_at is null",
        integration,
    )
    return Stored(_integration(row), row["sealed"]) if row else None


async def find_locked(tx: Tx, integration: UUID) -> Stored | None:
    """Return a living integration, which nobody else changes meanwhile, or None."""
    row = await tx.fetchrow(
        f"select {_SHOWN}, sealed from strongroom.integrations"
        " where id = $1 and deleted_at is null for update",
        integration,
    )
    return Stored(_integration(row), row["sealed"]) if row else None


async def renew(
    tx: Tx, integration: UUID, sealed: str, last_four: str, fingerprint: str
) -> None:
    """Keep a credential that its host replaced; no person did, so it stays as old."""
    await tx.execute(
        "update strongroom.integrations"
        " set sealed = $2, last_four = $3, fingerprint = $4 where id = $1",
        integration,
        sealed,
        last_four,
        fingerprint,
    )


async def find_with_owner(door: Door, integration: UUID) -> tuple[UUID, Stored] | None:
    """Return a living integration and whose it is, or None."""
    row = await door.fetchrow(
        f"select organization_id, {_SHOWN}, sealed from strongroom.integrations"
        " where id = $1 and deleted_at is null",
        integration,
    )
    if row is None:
        return None
    return row["organization_id"], Stored(_integration(row), row["sealed"])


async def keep_test(tx: Tx, integration: UUID, tested: Tested) -> None:
    """Keep how the last test went."""
    await tx.execute(
        "update strongroom.integrations set tested_at = now(), works = $2, said = $3"
        " where id = $1",
        integration,
        tested.works,
        tested.said,
    )


async def delete(tx: Tx, integration: UUID) -> bool:
    """Mark an integration as deleted; say whether there was one."""
    tag = await tx.execute(
        "update strongroom.integrations set deleted_at = now()"
        " where id = $1 and deleted_at is null",
        integration,
    )
    return tag == "UPDATE 1"


async def restore(tx: Tx, integration: UUID, undo: timedelta) -> bool:
    """Undo a deletion that is younger than *undo*; say whether there was one."""
    tag = await tx.execute(
        "update strongroom.integrations set deleted_at = null"
        " where id = $1 and deleted_at > now() - $2::interval",
        integration,
        undo,
    )
    return tag == "UPDATE 1"


async def every(door: Door) -> list[tuple[UUID, Integration]]:
    """Return every living integration with the organization that it is of."""
    rows = await door.fetch(
        f"select organization_id, {_SHOWN} from strongroom.integrations"
        " where deleted_at is null order by organization_id, lower(name)"
    )
    return [(row["organization_id"], _integration(row)) for row in rows]


async def claim_due(tx: Tx, rotate_after: timedelta) -> Sequence[Row]:
    """Return what is due and was not said yet, and note that it is said now."""
    rows: Sequence[Row] = await tx.fetch(
        """
        with due as (
            update strongroom.integrations set reminded_at = now()
             where deleted_at is null and reminded_at is null
               and rotated_at < now() - $1::interval
            returning organization_id, name
        )
        select a.email, array_agg(due.name order by due.name) as names
          from due join strongroom.memberships m using (organization_id)
          join strongroom.accounts a on a.id = m.account_id
         where m.role in ('owner', 'admin') group by a.email
        """,
        rotate_after,
    )
    return rows


def _integration(row: Any) -> Integration:
    return Integration.of({**dict(row), "fields": json.loads(row["fields"])})
