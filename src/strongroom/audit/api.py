"""The audit log for programs."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream
from msgspec import to_builtins

from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, read

from .models import Actor, Entry, EntryFilter
from .policy import CSV_COLUMNS, csv_cells, csv_lines
from .service import LARGEST_PAGE, AuditLog


class EntryAnswered(Answered, frozen=True):
    """One thing that was done or refused."""

    id: str
    occurred_at: datetime | None
    action: str
    outcome: str
    reason: str | None
    actor: dict[str, str | None]
    target: dict[str, str | None]
    context: dict[str, str | None]
    details: dict[str, Any]


class EntriesAnswered(Answered, frozen=True):
    """A page of entries, newest first; ask again with ``next_cursor`` for more."""

    entries: list[EntryAnswered]
    next_cursor: str | None


Format = Literal["ndjson", "csv"]
Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)]


@read("/audit-logs", action="audit.read")
async def audit_logs(
    audit: Given[AuditLog],
    caller: Given[Caller],
    *,
    cursor: FromQuery[str | None] = None,
    limit: Limit = 50,
    action: FromQuery[str | None] = None,
    outcome: FromQuery[str | None] = None,
    actor: FromQuery[str | None] = None,
    target: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> EntriesAnswered:
    """List what was done and refused in the caller's organization."""
    wanted = EntryFilter(action, outcome, actor, target, _utc(since), _utc(until))
    page = await audit.page(caller.organization_id, wanted, cursor=cursor, limit=limit)
    entries = [answer_entry(entry) for entry in page.entries]
    return EntriesAnswered(entries, page.next_cursor)


@read("/audit-logs/export", action="audit.export")
async def export(
    audit: Given[AuditLog],
    caller: Given[Caller],
    origin: Given[Origin],
    *,
    format: FromQuery[Format] = "ndjson",  # noqa: A002 - the name in the address.
    action: FromQuery[str | None] = None,
    outcome: FromQuery[str | None] = None,
    actor: FromQuery[str | None] = None,
    target: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> Stream:
    """Download the caller's organization's log; the download is on record itself."""
    wanted = EntryFilter(action, outcome, actor, target, _utc(since), _utc(until))
    portions = await audit.export(
        caller.organization_id, wanted, actor=Actor.of(caller), origin=origin
    )
    write, media_type = WRITERS[format]
    named = {"content-disposition": f'attachment; filename="audit-log.{format}"'}
    return Stream(
        write(portions),
        media_type=media_type,
        headers={**named, "cache-control": "no-store"},
    )


async def _ndjson(portions: AsyncIterator[list[Entry]]) -> AsyncIterator[bytes]:
    async for entries in portions:
        answered = [to_builtins(answer_entry(entry)) for entry in entries]
        # In ASCII, so that nothing in a name reaches a terminal as a command.
        yield "".join(f"{json.dumps(each)}\n" for each in answered).encode()


async def _csv(portions: AsyncIterator[list[Entry]]) -> AsyncIterator[bytes]:
    yield csv_lines([CSV_COLUMNS])
    async for entries in portions:
        yield csv_lines(csv_cells(entry) for entry in entries)


WRITERS = {
    "ndjson": (_ndjson, "application/x-ndjson"),
    "csv": (_csv, "text/csv; charset=utf-8"),
}


def _utc(moment: datetime | None) -> datetime | None:
    """Return *moment*, taken for UTC when it names no zone (RFC 3339 wants one)."""
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=UTC)


def answer_entry(entry: Entry) -> EntryAnswered:
    """Return what the organization's own people are told of an entry."""
    actor = entry.actor
    return EntryAnswered(
        id=str(entry.id),
        occurred_at=entry.occurred_at,
        action=entry.action,
        outcome=entry.outcome,
        reason=entry.reason,
        actor={
            "kind": actor.kind,
            "id": str(actor.id) if actor.id else None,
            "name": actor.name,
        },
        target={"kind": entry.target.kind, "id": entry.target.id},
        context={
            "address": entry.origin.address,
            "user_agent": entry.origin.user_agent,
            "request_id": entry.origin.request_id,
        },
        details=dict(entry.details),
    )
