"""The audit log for programs."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import MediaType, Response
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, read

from .models import Actor, Entry, EntryFilter
from .policy import spreadsheet
from .service import LARGEST_PAGE, AuditLog, AuditTree


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


def _utc(moment: datetime | None) -> datetime | None:
    """Return *moment*, taken for UTC when it names no zone (RFC 3339 wants one)."""
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=UTC)


class PlaceAnswered(Answered, frozen=True):
    """Where an entry stands in its organization's tree."""

    leaf: int
    tree_size: int
    key: str
    """What the proof's checkpoint verifies with, as C2SP writes keys."""


@read("/audit-logs/checkpoint", action="audit.read", media_type=MediaType.TEXT)
async def checkpoint(tree: Given[AuditTree], caller: Given[Caller]) -> Response[str]:
    """Return the newest signed checkpoint of the organization's tree, to be kept."""
    note = await tree.checkpoint(caller.organization_id)
    return Response(note.decode(), headers={"cache-control": "no-store"})


@read("/audit-logs/export", action="audit.export")
async def export(
    audit: Given[AuditLog],
    tree: Given[AuditTree],
    caller: Given[Caller],
    origin: Given[Origin],
    *,
    form: Annotated[Literal["ndjson", "csv"], QueryParameter(name="format")] = "ndjson",
) -> Stream:
    """Export the whole log: NDJSON for the offline verifier, CSV for a spreadsheet."""
    await tree.checkpoint(caller.organization_id)  # Refused before anything is sent.
    await audit.record_export(caller.organization_id, Actor.of(caller), origin, form)
    lines = tree.export(caller.organization_id)
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    return Stream(
        spreadsheet(lines) if form == "csv" else lines,
        media_type=kind,
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="audit.{form}"',
        },
    )


@read("/audit-logs/{entry_id:uuid}", action="audit.read")
async def audit_entry(
    entry_id: FromPath[UUID], audit: Given[AuditLog], caller: Given[Caller]
) -> EntryAnswered:
    """Show one entry of the caller's organization."""
    return answer_entry(await audit.get(caller.organization_id, entry_id))


@read("/audit-logs/{entry_id:uuid}/place", action="audit.read")
async def place(
    entry_id: FromPath[UUID],
    audit: Given[AuditLog],
    tree: Given[AuditTree],
    caller: Given[Caller],
) -> PlaceAnswered:
    """Say which leaf an entry is, and the key of its tree."""
    await audit.get(caller.organization_id, entry_id)
    sealed = await tree.prove(caller.organization_id, entry_id)
    key = tree.verifier_key(caller.organization_id)
    return PlaceAnswered(sealed.leaf, sealed.size, str(key))


@read(
    "/audit-logs/{entry_id:uuid}/proof",
    action="audit.read",
    media_type=MediaType.TEXT,
)
async def proof(
    entry_id: FromPath[UUID],
    audit: Given[AuditLog],
    tree: Given[AuditTree],
    caller: Given[Caller],
) -> Response[str]:
    """Return the proof that an entry is in the tree (C2SP tlog-proof)."""
    await audit.get(caller.organization_id, entry_id)
    sealed = await tree.prove(caller.organization_id, entry_id)
    return Response(sealed.proof.decode(), headers={"cache-control": "no-store"})


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
