"""Every operation leaves exactly one entry, and no entry is changed or lost unseen."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from strongroom.db import Tx
from strongroom.kernel import duration, new_id, utc_now
from strongroom.lab import (
    Contradicted,
    Evidence,
    Lab,
    Operation,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.tlog import (
    Checkpoint,
    SigningKey,
    TileFolder,
    VerifierKey,
    root_of,
    verify_export,
    write_whole,
)

from . import policy, service, store
from .service import ORGANIZATIONS_KEY, AuditLog
from .settings import SHORTEST, AuditSettings


@sabotage("one change leaves no entry", tells="0 entries")
async def a_silent_change(twin: Twin) -> None:
    """Leave the ending of sessions off the record."""
    record = AuditLog.record

    async def record_most(self: AuditLog, tx: Any, entry: Any) -> None:
        if entry.action != "session.end":
            await record(self, tx, entry)

    twin.change(AuditLog, "record", record_most)


@sabotage("refusals leave no entry", tells="refused with 0 entries")
async def silent_refusals(twin: Twin) -> None:
    """Forget what was refused."""

    async def refuse(*_: Any) -> None:
        return

    twin.change(AuditLog, "refuse", refuse)


@sabotage("an entry is written twice", tells="2 entries")
async def a_stutter(twin: Twin) -> None:
    """Write each entry once more, under another id."""
    insert = store.insert

    async def insert_twice(tx: Any, entry: Any) -> None:
        await insert(tx, entry)
        await insert(tx, replace(entry, id=new_id()))

    twin.change(store, "insert", insert_twice)


@proof(
    "audit.complete",
    vantage=Vantage.INSIDE,
    sabotages=[a_silent_change, silent_refusals, a_stutter],
)
async def each_operation_is_on_record(lab: Lab) -> Evidence:
    """Perform every mutating operation once, and have every one refused once."""
    operations = [each for each in await lab.operations() if each.writes]
    require_provable(operations, "the target describes no mutating operation")
    for operation in operations:
        await require_done_on_record(lab, operation)
        await require_refusal_on_record(lab, operation)
    shown = await require_readable(lab)
    return Evidence(
        population=2 * len(operations),
        positive=f"the canary's own log shows {shown} entries over the API",
        observed={"operations": [each.name for each in operations]},
    )


async def require_done_on_record(lab: Lab, operation: Operation) -> None:
    """Perform *operation* as a canary may, and find its one entry."""
    exercise = lab.exercises.get(operation.name)
    if exercise is None:
        message = f"{operation.name}: nothing says how a canary performs it"
        raise Contradicted(message)
    answer = await exercise.perform(lab)
    require_provable(
        answer.is_success, f"{operation.name} answers a canary {answer.status_code}"
    )
    entries = await entries_of(lab, answer)
    require(len(entries) == 1, f"{operation.name} leaves {len(entries)} entries")
    written = (entries[0]["action"], entries[0]["outcome"])
    require(
        written == (exercise.action, "done"),
        f"{operation.name} is on record as {' '.join(written)}",
    )


async def require_refusal_on_record(lab: Lab, operation: Operation) -> None:
    """Send *operation* in a form that nobody may use, and find its one entry."""
    answer = await lab.http.request(
        operation.method.upper(), operation.address(), json={"canary": "unasked"}
    )
    require(answer.is_client_error, f"{operation.name} accepts what it never asked for")
    entries = await entries_of(lab, answer)
    require(
        len(entries) == 1, f"{operation.name} is refused with {len(entries)} entries"
    )
    outcome = entries[0]["outcome"]
    told = f"{operation.name}: a refusal is recorded as {outcome}"
    require(outcome == "refused", told)


async def entries_of(lab: Lab, answer: httpx.Response) -> list[Any]:
    """Return the entries that one request left, found by the request's own id."""
    request_id = answer.headers.get("x-request-id")
    require_provable(request_id, "an answer carries no request id")
    async with lab.inside.database() as database:
        found: list[Any] = await database.fetch(
            "select action, outcome from strongroom.audit_entries"
            " where request_id = $1",
            request_id,
        )
    return found


async def require_readable(lab: Lab) -> int:
    """Return how many entries the canary's administrator reads, all its own."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await admin.get("/api/v1/audit-logs", params={"limit": 200})
    require(answer.is_success, f"/api/v1/audit-logs answers {answer.status_code}")
    ids = [UUID(entry["id"]) for entry in answer.json()["entries"]]
    canary = await lab.canary("a")
    async with lab.inside.database() as database:
        foreign = await database.fetchval(
            "select count(*) from strongroom.audit_entries"
            " where id = any($1::uuid[]) and organization_id is distinct from $2",
            ids,
            canary.id,
        )
    require(not foreign, f"{foreign} entries of somebody else are shown")
    require_provable(ids, "the canary's own log is empty")
    return len(ids)


LOGS = "/api/v1/audit-logs"
DAY = timedelta(days=1)
SEALED_WITHIN, DROPPED_WITHIN = 10, 15
"""Seconds; the turns come every second, and every three."""


@sabotage("what happened is left out of the leaf", tells="edited")
async def a_thin_leaf(twin: Twin) -> None:
    """Seal that there was an entry, and not what it says."""
    facts_of = policy.facts_of

    def thin(row: Any) -> dict[str, Any]:
        return {**facts_of(row), "outcome": None}

    twin.change(policy, "facts_of", thin)


@sabotage("one kind of entry is never sealed", tells="is not sealed")
async def an_unsealed_kind(twin: Twin) -> None:
    """Leave sign-ins out of every tree."""
    unsealed = store.unsealed

    async def most(*given: Any) -> list[Any]:
        return [r for r in await unsealed(*given) if r["action"] != "session.create"]

    twin.change(store, "unsealed", most)


@sabotage("a checkpoint covers only what is new", tells="rewritten")
async def a_forgetful_checkpoint(twin: Twin) -> None:
    """Sign a root that the older entries have no part in."""

    def forget(
        tiles: TileFolder, key: SigningKey, signed: int, hashes: Sequence[bytes]
    ) -> None:
        fresh = hashes[1:] if signed else hashes
        if fresh:
            tiles.append(signed, fresh)
            point = Checkpoint(key.name, signed + len(fresh), root_of(fresh[-1:]))
            write_whole(tiles.checkpoint, point.signed(key))

    twin.change(service, "extend", forget)


TAMPERING = {
    "an entry is edited": (
        (
            "update strongroom.audit_entries e set outcome = 'refused'"
            " from strongroom.audit_leaves l where l.entry_id = e.id and e.id = $1"
        ),
        "edited",
    ),
    "an entry is deleted": (
        "delete from strongroom.audit_entries where id = $1",
        "missing",
    ),
    "the end is cut off": (
        (
            "with cut as (select organization_id as o, leaf as n from"
            " strongroom.audit_leaves where entry_id = $1)"
            " delete from strongroom.audit_leaves using cut"
            " where organization_id = cut.o and leaf >= cut.n"
        ),
        "cut",
    ),
    "an entry stands in another's place": (
        (
            "update strongroom.audit_leaves l set occurred_at = o.occurred_at,"
            " facts = o.facts, personal = o.personal from strongroom.audit_leaves o"
            " where l.entry_id = $1 and o.organization_id = l.organization_id"
            " and o.leaf = 0"
        ),
        "edited",
    ),
    "entry and leaf are made anew together": (
        (
            "with edited as (update strongroom.audit_entries set outcome = 'refused'"
            " where id = $1) update strongroom.audit_leaves set facts = sha256('anew')"
            " where entry_id = $1"
        ),
        "edited",
    ),
    "everything is truncated": (
        (
            "with gone as (delete from strongroom.audit_entries where organization_id ="
            " (select organization_id from strongroom.audit_leaves where entry_id = $1))"
            " delete from strongroom.audit_leaves where organization_id ="
            " (select organization_id from strongroom.audit_leaves where entry_id = $1)"
        ),
        "cut",
    ),
}
"""What whoever owns the database can do, and what the verifier calls it."""

TOLD_ANEW = "the tree is told anew, and signed with the right key"


@proof(
    "audit.tamper-evident",
    vantage=Vantage.INSIDE,
    sabotages=[a_thin_leaf, an_unsealed_kind, a_forgetful_checkpoint],
)
async def no_change_goes_unseen(lab: Lab) -> Evidence:
    """Tamper with a canary's log in every way, undone at once; each way is named."""
    _, earlier = await sealed(lab)
    entry_id, _ = await sealed(lab)
    lines = await exported(lab)
    keys = await published_keys(lab, lines)
    verdict = verify_export(lines, keys, [earlier], now=utc_now())
    require(verdict.holds, f"untouched, the log reads {verdict.findings[:1]}")
    stored = await tampered(lab, lines, "select $1::uuid", entry_id)
    found = verify_export(stored, keys, [earlier], now=utc_now()).findings
    require(not found, f"as it is stored, the log reads {found[:1]}")
    attempts = {
        name: (await tampered(lab, lines, statement, entry_id), what)
        for name, (statement, what) in TAMPERING.items()
    }
    attempts[TOLD_ANEW] = (retold(lab, lines, keys[0].name), "rewritten")
    for name, (told, what) in attempts.items():
        found = verify_export(told, keys, [earlier], now=utc_now()).findings
        named = what in {finding.what for finding in found}
        require(named, f"{name}, and the verifier finds {found[:1]}")
    return Evidence(
        population=len(attempts),
        positive=f"untouched, the log of {verdict.size} entries holds",
        observed={"named": [*attempts]},
    )


async def sealed(lab: Lab) -> tuple[UUID, bytes]:
    """Sign in, wait until that entry is sealed, return it and the checkpoint."""
    async with lab.signed_in("a", "admin") as admin:
        page = await admin.get(LOGS, params={"limit": 1, "action": "session.create"})
        require_provable(page.is_success, f"{LOGS} answers {page.status_code}")
        entry_id = page.json()["entries"][0]["id"]
        for _ in range(SEALED_WITHIN * 4):
            place = await admin.get(f"{LOGS}/{entry_id}/place")
            if place.is_success:
                note = await admin.get(f"{LOGS}/checkpoint")
                return UUID(entry_id), note.content
            await asyncio.sleep(0.25)
    message = f"an entry is not sealed within {SEALED_WITHIN} s"
    raise Contradicted(message)


async def exported(lab: Lab) -> list[bytes]:
    """Return the canary's own export, as it came over the network."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await admin.get(f"{LOGS}/export")
    require(answer.is_success, f"{LOGS}/export answers {answer.status_code}")
    return answer.content.splitlines()


async def published_keys(lab: Lab, lines: Sequence[bytes]) -> list[VerifierKey]:
    """Return every published key under the name that the export's tree has."""
    answer = await lab.http.get("/.well-known/strongroom/jwks.json")
    name = str(json.loads(lines[0])["checkpoint"]).partition("\n")[0]
    raw = [base64.urlsafe_b64decode(key["x"] + "==") for key in answer.json()["keys"]]
    return [VerifierKey(name, each) for each in raw]


async def tampered(
    lab: Lab, lines: Sequence[bytes], statement: str, entry_id: UUID
) -> list[bytes]:
    """Return the export as it would be after *statement*, which is undone at once."""
    canary, leaves = await lab.canary("a"), leaves_in(lines)
    async with lab.inside.database() as database:
        trial = database.transaction()
        await trial.start()
        try:
            await database.fetch(statement, entry_id)
            rows = await store.leaves(Tx(database), canary.id, 0, len(leaves))
        finally:
            await trial.rollback()
    return [lines[0], *(policy.leaf_line(row, leaves[row["leaf"]]) for row in rows)]


def retold(lab: Lab, lines: Sequence[bytes], name: str) -> list[bytes]:
    """Return the export with another first entry, signed as only the house can."""
    first = json.dumps({**json.loads(lines[-1]), "index": 0}).encode()
    told = [first, *lines[2:]]
    leaves = leaves_in([b"", *told])
    key = SigningKey(name, lab.inside.keys.signing_key(ORGANIZATIONS_KEY))
    point = Checkpoint(name, len(leaves), root_of(leaves)).signed(key)
    return [policy.head_line(point, SHORTEST), *told]


def leaves_in(lines: Sequence[bytes]) -> list[bytes]:
    """Return the leaf hashes of an export's lines."""
    return [bytes.fromhex(json.loads(line)["leaf"]) for line in lines[1:]]


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
    old = await planted(lab, kept + DAY)
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
