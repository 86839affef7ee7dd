"""The audit log for people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    form_of,
    if_refused,
    see_other,
    show,
    submit,
)

from .errors import FilterInvalid, NotSealedYet
from .models import DayCount, EntryFilter
from .policy import LAST_YEAR, narrowing
from .service import AuditLog, AuditTree, AuditViews


ADDRESS = "/console/audit"
FIELDS = ("action", "outcome", "actor", "target", "since", "until")


@show(ADDRESS, action="audit.read")
async def entries(
    request: AnyRequest,
    renderer: Given[Renderer],
    audit: Given[AuditLog],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    events: Given[list[str]],
    *,
    tree: Given[AuditTree],
    views: Given[AuditViews],
    cursor: FromQuery[str] = "",
    action: FromQuery[str] = "",
    outcome: FromQuery[str] = "",
    actor: FromQuery[str] = "",
    target: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
) -> Response[str]:
    """Show what was done and refused in the caller's organization."""
    filters = {
        "action": action,
        "outcome": outcome,
        "actor": actor.strip(),
        "target": target.strip(),
        "since": since,
        "until": until,
    }
    who = caller.organization_id
    standing: dict[str, Any] = {
        "allowed": allowed,
        "actions": events,
        "filters": filters,
        "day_url": _day_url(filters),
        "views": [(each, _url(each.filters, "")) for each in await views.all(who)],
        "trouble": tree.trouble(who),
        "kept_days": tree.settings.retention.days,
    }
    try:
        found = await _found(audit, who, filters, cursor)
    except FilterInvalid:
        unfiltered = await audit.timeline(who)
        if_refused(request, "audit.html", **standing, **_nothing(unfiltered))
        raise
    return renderer.page(request, "audit.html", **standing, **found, error=None)


async def _found(
    audit: AuditLog, who: UUID, filters: Mapping[str, str], cursor: str
) -> dict[str, Any]:
    """Return what *filters* show of an organization's log, from *cursor* on."""
    wanted = _wanted(filters)
    page = await audit.page(who, wanted, cursor=cursor or None)
    return {
        "entries": page.entries,
        "timeline": await audit.timeline(who, wanted),
        "older_url": _url(filters, page.next_cursor) if page.next_cursor else None,
        "newest_url": _url(filters, "") if cursor else None,
        "export_query": _export_query(wanted),
    }


def _nothing(timeline: Sequence[DayCount]) -> dict[str, Any]:
    """Return what a filter that cannot be used shows: the days, and no entry."""
    nowhere = dict.fromkeys(("older_url", "newest_url"))
    return {"entries": [], "timeline": timeline, "export_query": "", **nowhere}


def _export_query(wanted: EntryFilter) -> str:
    """Return *wanted* as the export takes it, or nothing; it begins with an ``&``."""
    query = urlencode(narrowing(wanted))
    return f"&{query}" if query else ""


@submit(ADDRESS + "/views", action="audit-view.create")
async def keep_view(
    request: AnyRequest,
    views: Given[AuditViews],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Keep the filter that the page shows, and show it again."""
    filters = await form_of(request, ("name", *FIELDS))
    name = filters.pop("name")
    _wanted(filters)  # Refused here, rather than each time that it is opened.
    await views.create(caller, name, filters, origin)
    return see_other(_url(filters, ""))


@submit(ADDRESS + "/views/{view_id:uuid}/delete", action="audit-view.delete")
async def delete_view(
    view_id: FromPath[UUID],
    views: Given[AuditViews],
    caller: Given[Caller],
    origin: Given[Origin],
) -> Redirect:
    """Delete a view; no entry is touched."""
    await views.delete(caller, view_id, origin)
    return see_other(ADDRESS)


def _wanted(filters: Mapping[str, str]) -> EntryFilter:
    """Return what the form's *filters* ask for: whole days, both included."""
    first, last = _midnight(filters["since"]), _midnight(filters["until"])
    return EntryFilter(
        action=filters["action"] or None,
        outcome=filters["outcome"] or None,
        actor=filters["actor"] or None,
        target=filters["target"] or None,
        since=first,
        until=last + timedelta(days=1) if last else None,
    )


def _midnight(day: str) -> datetime | None:
    """Return the first moment of *day* (UTC), or None where none is named."""
    if not day:
        return None
    try:
        found = datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        message = "Write a day as 2026-12-31."
        raise FilterInvalid(message) from None
    if found.year > LAST_YEAR:  # The day after the last one that exists is none.
        raise FilterInvalid
    return found


def _day_url(filters: Mapping[str, str]) -> Callable[[date], str]:
    """Return what leads to one day, with the rest of the filter kept."""

    def url(day: date) -> str:
        return _url({**filters, "since": str(day), "until": str(day)}, "")

    return url


@show(ADDRESS + "/{entry_id:uuid}", action="audit.read")
async def entry(
    entry_id: FromPath[UUID],
    request: AnyRequest,
    renderer: Given[Renderer],
    audit: Given[AuditLog],
    *,
    tree: Given[AuditTree],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
) -> Response[str]:
    """Show one entry with its place in the tree, and how anybody verifies it."""
    found = await audit.get(caller.organization_id, entry_id)
    return renderer.page(
        request,
        "audit_entry.html",
        allowed=allowed,
        entry=found,
        sealed=await _sealed(tree, caller.organization_id, entry_id),
        key=str(tree.verifier_key(caller.organization_id)),
        trouble=tree.trouble(caller.organization_id),
    )


async def _sealed(tree: AuditTree, organization_id: UUID, entry_id: UUID) -> Any:
    try:
        return await tree.prove(organization_id, entry_id)
    except NotSealedYet:
        return None


def _url(filters: Mapping[str, str], cursor: str) -> str:
    wanted = {**filters, "cursor": cursor}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"{ADDRESS}?{query}" if query else ADDRESS
