"""The audit log for programs."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar.params import FromQuery, QueryParameter

from strongroom.kernel import Caller
from strongroom.web import Answered, Given, read

from .models import Entry, EntryFilter
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
