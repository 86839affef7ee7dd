"""Every operation that changes something leaves exactly one entry, done or refused."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx

from strongroom.db import Connection
from strongroom.kernel import new_id
from strongroom.lab import (
    Contradicted,
    Evidence,
    Exercise,
    Lab,
    Operation,
    Twin,
    Unprovable,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
)

from . import store
from .service import AuditLog


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
    async with lab.inside.database() as database:
        for operation in operations:
            await require_done_on_record(lab, database, operation)
            await require_refusal_on_record(lab, database, operation)
    shown = await require_readable(lab)
    return Evidence(
        population=2 * len(operations),
        positive=f"the canary's own log shows {shown} entries over the API",
        observed={"operations": [each.name for each in operations]},
    )


async def require_done_on_record(
    lab: Lab, database: Connection, operation: Operation
) -> None:
    """Perform *operation* as a canary may, and find its one entry."""
    exercise = lab.exercises.get(operation.name)
    if exercise is None:
        message = f"{operation.name}: nothing says how a canary performs it"
        raise Contradicted(message)
    answer = await perform(exercise, lab)
    require_provable(
        answer.is_success, f"{operation.name} answers a canary {answer.status_code}"
    )
    entries = await entries_of(database, answer)
    require(len(entries) == 1, f"{operation.name} leaves {len(entries)} entries")
    written = (entries[0]["action"], entries[0]["outcome"])
    require(
        written == (exercise.action, "done"),
        f"{operation.name} is on record as {' '.join(written)}",
    )


async def perform(exercise: Exercise, lab: Lab) -> httpx.Response:
    """Perform one operation; where it cannot be, nobody can tell of its entry.

    Raises:
        Unprovable: it could not be performed.

    """
    try:
        return await exercise.perform(lab)
    except Contradicted as failed:
        message = f"{exercise.operation} cannot be performed: {failed}"
        raise Unprovable(message) from failed


async def require_refusal_on_record(
    lab: Lab, database: Connection, operation: Operation
) -> None:
    """Send *operation* in a form that nobody may use, and find its one entry."""
    answer = await lab.http.request(
        operation.method.upper(), operation.address(), json={"canary": "unasked"}
    )
    require(answer.is_client_error, f"{operation.name} accepts what it never asked for")
    entries = await entries_of(database, answer)
    require(
        len(entries) == 1, f"{operation.name} is refused with {len(entries)} entries"
    )
    outcome = entries[0]["outcome"]
    told = f"{operation.name}: a refusal is recorded as {outcome}"
    require(outcome == "refused", told)


async def entries_of(database: Connection, answer: httpx.Response) -> list[Any]:
    """Return the entries that one request left, found by the request's own id."""
    request_id = answer.headers.get("x-request-id")
    require_provable(request_id, "an answer carries no request id")
    found: list[Any] = await database.fetch(
        "select action, outcome from strongroom.audit_entries where request_id = $1",
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
