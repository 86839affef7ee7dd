"""The audit log for programs."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import MediaType, Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.kernel import Caller, NotFound, Origin
from strongroom.web import Answered, Given, Wanted, create, read, remove

from .models import Actor, Entry, EntryFilter
from .policy import as_it_is, ocsf_lines, require_usable, spreadsheet
from .service import LARGEST_PAGE, AuditLog, AuditTree, AuditViews


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


Form = Annotated[Literal["ndjson", "csv", "ocsf"], QueryParameter(name="format")]
Written = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes] | AsyncIterator[str]]

FORMS: Mapping[str, tuple[Written, str, str]] = {
    "ndjson": (as_it_is, "application/x-ndjson", "ndjson"),
    "csv": (spreadsheet, "text/csv", "csv"),
    "ocsf": (ocsf_lines, "application/x-ndjson", "ocsf.ndjson"),
}
"""How an export is written, its media type, and how its file's name ends."""

TILE = re.compile(r"/\d{1,2}(/x\d{3})*/\d{3}(\.p/\d{1,3})?", re.ASCII)

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
    form: Form = "ndjson",
    action: FromQuery[str | None] = None,
    outcome: FromQuery[str | None] = None,
    actor: FromQuery[str | None] = None,
    target: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> Stream:
    """Export the log, whole or narrowed by the list's filters.

    NDJSON is for the offline verifier, CSV for a spreadsheet, OCSF for a SIEM.
    """
    texts = (action or None, outcome or None, actor or None, target or None)
    wanted = EntryFilter(*texts, _utc(since), _utc(until))
    require_usable(wanted)
    who = caller.organization_id
    await tree.checkpoint(who)  # Refused before anything is sent.
    await audit.record_export(who, Actor.of(caller), origin, form, wanted)
    written, kind, ending = FORMS[form]
    return Stream(
        written(tree.export(who, wanted=wanted)),
        media_type=kind,
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="audit.{ending}"',
        },
    )


@read("/audit-logs/tile/{name:path}", action="audit.read")
async def tile(
    name: FromPath[str], tree: Given[AuditTree], caller: Given[Caller]
) -> Response[bytes]:
    """Return a tile of the organization's tree: hashes alone (C2SP tlog-tiles)."""
    if not TILE.fullmatch(name):
        raise NotFound
    path = tree.tiles(caller.organization_id).path / "tile" / name.lstrip("/")
    if not path.is_file():
        raise NotFound
    content = await asyncio.to_thread(path.read_bytes)
    headers = {"cache-control": "no-store"}
    return Response(content, media_type="application/octet-stream", headers=headers)


class ViewAnswered(Answered, frozen=True):
    """A filter that is kept under a name."""

    id: str
    name: str
    filters: dict[str, str]


class ViewWanted(Wanted, frozen=True):
    """What to keep: the filter's fields as the list takes them."""

    name: str
    action: str = ""
    outcome: str = ""
    actor: str = ""
    target: str = ""
    since: str = ""
    until: str = ""


class ViewCreated(Answered, frozen=True):
    """Which view it is."""

    id: str


@read("/audit-views", action="audit.read")
async def views(views: Given[AuditViews], caller: Given[Caller]) -> list[ViewAnswered]:
    """List the filters that the organization keeps."""
    return [
        ViewAnswered(str(each.id), each.name, dict(each.filters))
        for each in await views.all(caller.organization_id)
    ]


@create("/audit-views", action="audit-view.create")
async def create_view(
    data: JSONBody[ViewWanted],
    views: Given[AuditViews],
    caller: Given[Caller],
    origin: Given[Origin],
) -> ViewCreated:
    """Keep a filter under a name, for everybody who may read the log."""
    filters = msgspec.to_builtins(data)
    name = filters.pop("name")
    return ViewCreated(str(await views.create(caller, name, filters, origin)))


@remove(
    "/audit-views/{view_id:uuid}",
    action="audit-view.delete",
    status_code=HTTP_204_NO_CONTENT,
)
async def delete_view(
    view_id: FromPath[UUID],
    views: Given[AuditViews],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Delete a view; no entry is touched."""
    await views.delete(caller, view_id, origin)


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
