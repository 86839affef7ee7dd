"""All SQL of backups. The database's clock decides what is due."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.vault import KeyOwner, SealedColumn

from .models import BackupRun, RunKind


LONGEST_REASON = 500


def _run(row: Row) -> BackupRun:
    return BackupRun(**{**row, "report": json.loads(row["report"])})


async def ask(tx: Tx, run: UUID, kind: RunKind, archive: str | None) -> None:
    """Keep a run that is to be taken up."""
    await tx.execute(
        "insert into strongroom.backup_runs (id, kind, archive) values ($1, $2, $3)",
        run,
        kind,
        archive,
    )


async def due(door: Door, kind: RunKind, every: timedelta, pause: timedelta) -> bool:
    """Say whether it is time: none began within *every*, none failed within *pause*."""
    row = await door.fetchrow(
        """
        select not exists (
            select from strongroom.backup_runs
             where kind = $1 and not rehearsal
               and ((result = 'done' and started_at > now() - $2::interval)
                    or (result = 'failed' and finished_at > now() - $3::interval))
        ) as due
        """,
        kind,
        every,
        pause,
    )
    return bool(row and row["due"])


async def waiting(door: Door) -> list[BackupRun]:
    """Return the runs that were asked for and not begun, oldest first."""
    rows = await door.fetch(
        "select * from strongroom.backup_runs where started_at is null"
        " order by asked_at, id"
    )
    return [_run(row) for row in rows]


async def begin(tx: Tx, run: UUID) -> None:
    """Say that a run begins, and that whatever seemed under way was interrupted."""
    await tx.execute(
        """
        update strongroom.backup_runs set result = 'failed', finished_at = now(),
               reason = 'it was interrupted, and is made again when due'
         where started_at is not null and finished_at is null
        """
    )
    await tx.execute(
        "update strongroom.backup_runs set started_at = now() where id = $1", run
    )


async def end(
    tx: Tx,
    run: UUID,
    *,
    archive: str | None,
    reason: str | None,
    report: Mapping[str, Any],
) -> None:
    """Say how a run ended; with a *reason* it failed."""
    await tx.execute(
        """
        update strongroom.backup_runs
           set finished_at = now(), result = $2, archive = coalesce($3, archive),
               reason = $4, report = $5::jsonb
         where id = $1
        """,
        run,
        "failed" if reason else "done",
        archive,
        reason[:LONGEST_REASON] if reason else None,
        json.dumps(dict(report)),
    )


async def newest(
    door: Door, kind: RunKind, *, only_done: bool = False
) -> BackupRun | None:
    """Return the newest run of a kind that has ended."""
    row = await door.fetchrow(
        """
        select * from strongroom.backup_runs
         where kind = $1 and not rehearsal and finished_at is not null
           and (result = 'done' or not $2)
         order by started_at desc limit 1
        """,
        kind,
        only_done,
    )
    return _run(row) if row else None


async def owners_without_key(door: Door, at_most: int) -> list[KeyOwner]:
    """Return people and organizations that no archive could seal for yet."""
    rows = await door.fetch(
        """
        select o.kind, o.id from (
            select 'person' as kind, id from strongroom.accounts
            union all select 'organization', id from strongroom.organizations
        ) o where not exists (
            select from strongroom.vault_archive_keys k
             where k.owner_kind = o.kind and k.owner_id = o.id
        ) limit $1
        """,
        at_most,
    )
    return [KeyOwner(row["kind"], row["id"]) for row in rows]


async def last_destroyed(door: Door) -> datetime | None:
    """Return when a key for archives was last destroyed."""
    row = await door.fetchrow(
        "select max(destroyed_at) as at from strongroom.vault_archive_keys"
    )
    return row["at"] if row else None


async def one_sealed(door: Door, column: SealedColumn) -> Row | None:
    """Return one value of a sealed column, with its row and its owner."""
    names = (column.column, column.row, column.owner)
    # lint: sql-format, because a sealed column has plain names only.
    query = f"""
        select t.{names[0]} as sealed, t.{names[1]} as row, t.{names[2]} as owner
          from {column.table} t where t.{names[0]} is not null limit 1
    """
    return await door.fetchrow(query)
