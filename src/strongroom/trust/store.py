"""All SQL of evidence, attestations and history."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from strongroom.db import Door, Row, Tx

from .models import Attestation, Run, SabotageRecord


async def insert_run(tx: Tx, run: Run) -> None:
    """Keep one run of a proof."""
    await tx.execute(
        """
        insert into strongroom.evidence
            (id, claim, subject_digest, result, reason, population, sabotage,
             started_at, finished_at, fresh_until, envelope)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11::jsonb)
        """,
        run.id,
        run.claim,
        run.subject_digest,
        run.result,
        run.reason,
        run.population,
        json.dumps(sabotage_json(run.sabotage)),
        run.started_at,
        run.finished_at,
        run.fresh_until,
        json.dumps(run.envelope),
    )


async def newest_runs(
    door: Door, claims: Sequence[str], each: int
) -> dict[str, list[Run]]:
    """Return up to *each* runs per claim, newest first."""
    rows = await door.fetch(
        """
        select found.* from unnest($1::text[]) as wanted(claim), lateral (
            select * from strongroom.evidence e
             where e.claim = wanted.claim order by e.id desc limit $2
        ) as found
        """,
        list(claims),
        each,
    )
    runs: dict[str, list[Run]] = {}
    for row in rows:
        runs.setdefault(row["claim"], []).append(_run(row))
    return runs


async def last_passed(door: Door, claims: Sequence[str]) -> dict[str, datetime]:
    """Return when each claim's proof last passed."""
    rows = await door.fetch(
        """
        select wanted.claim, found.finished_at
          from unnest($1::text[]) as wanted(claim), lateral (
            select finished_at from strongroom.evidence e
             where e.claim = wanted.claim and e.result = 'passed'
             order by e.id desc limit 1
        ) as found
        """,
        list(claims),
    )
    return {row["claim"]: row["finished_at"] for row in rows}


async def insert_attestation(tx: Tx, attestation: Attestation, row_id: Any) -> None:
    """Keep a human's word."""
    await tx.execute(
        """
        insert into strongroom.attestations
            (id, claim, subject_digest, made_by, made_at, valid_until, envelope)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb)
        """,
        row_id,
        attestation.claim,
        attestation.subject_digest,
        attestation.made_by,
        attestation.made_at,
        attestation.valid_until,
        json.dumps(attestation.envelope),
    )


async def newest_attestations(door: Door) -> dict[str, Attestation]:
    """Return the newest word for each claim that has one."""
    rows = await door.fetch(
        "select distinct on (claim) * from strongroom.attestations"
        " order by claim, id desc"
    )
    return {
        row["claim"]: Attestation(
            claim=row["claim"],
            subject_digest=row["subject_digest"],
            made_by=row["made_by"],
            made_at=row["made_at"],
            valid_until=row["valid_until"],
            envelope=json.loads(row["envelope"]),
        )
        for row in rows
    }


async def add_seconds(
    tx: Tx, observed: Sequence[tuple[str, str, str]], seconds: float
) -> None:
    """Add *seconds* of today to each (claim, subject digest, status)."""
    for claim, digest, status in observed:
        await tx.execute(
            """
            insert into strongroom.claim_days
                (claim, subject_digest, day, status, seconds)
            values ($1, $2, (now() at time zone 'utc')::date, $3, $4)
            on conflict (claim, subject_digest, day, status)
                do update set seconds = claim_days.seconds + excluded.seconds
            """,
            claim,
            digest,
            status,
            seconds,
        )


async def days_since(
    door: Door, subjects: Mapping[str, str], first: date
) -> dict[str, dict[date, dict[str, float]]]:
    """Return seconds per status and day for each claim's present sentence."""
    rows = await door.fetch(
        """
        select d.claim, d.day, d.status, d.seconds from strongroom.claim_days d
          join unnest($1::text[], $2::text[]) as wanted(claim, digest)
            on wanted.claim = d.claim and wanted.digest = d.subject_digest
         where d.day >= $3
        """,
        list(subjects),
        list(subjects.values()),
        first,
    )
    history: dict[str, dict[date, dict[str, float]]] = {}
    for row in rows:
        days = history.setdefault(row["claim"], {})
        days.setdefault(row["day"], {})[row["status"]] = row["seconds"]
    return history


async def system_uses(door: Door, days: int) -> list[Row]:
    """Return each reason to open the system door, with its uses in so many days."""
    return await door.fetch(
        """
        select reason, sum(uses)::bigint as uses from strongroom.system_uses
         where day > (now() at time zone 'utc')::date - $1::int
         group by reason order by uses desc, reason
        """,
        days,
    )


def sabotage_json(record: SabotageRecord | None) -> dict[str, Any]:
    """Return *record* as it is kept and published."""
    if record is None:
        return {}
    return {
        "at": record.at.isoformat(),
        "build": record.build,
        "bites": [dict(bite) for bite in record.bites],
    }


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        claim=row["claim"],
        subject_digest=row["subject_digest"],
        result=row["result"],
        reason=row["reason"],
        population=row["population"],
        sabotage=_sabotage(json.loads(row["sabotage"])),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        fresh_until=row["fresh_until"],
        envelope=json.loads(row["envelope"]),
    )


def _sabotage(kept: Mapping[str, Any]) -> SabotageRecord | None:
    if not kept:
        return None
    at = datetime.fromisoformat(kept["at"])
    return SabotageRecord(at, kept["build"], tuple(kept["bites"]))
