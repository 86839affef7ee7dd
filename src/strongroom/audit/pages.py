"""The audit log for people."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery

from strongroom.kernel import Caller
from strongroom.web import AnyRequest, Given, Renderer, show

from .errors import NotSealedYet
from .service import AuditLog, AuditTree


ADDRESS = "/console/audit"


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
    cursor: FromQuery[str] = "",
    action: FromQuery[str] = "",
    outcome: FromQuery[str] = "",
) -> Response[str]:
    """Show what was done and refused in the caller's organization."""
    page = await audit.page(
        caller.organization_id,
        cursor=cursor or None,
        action=action or None,
        outcome=outcome or None,
    )
    filters = {"action": action, "outcome": outcome}
    return renderer.page(
        request,
        "audit.html",
        allowed=allowed,
        entries=page.entries,
        actions=events,
        filters=filters,
        older_url=_url(filters, page.next_cursor) if page.next_cursor else None,
        newest_url=_url(filters, "") if cursor else None,
        trouble=tree.trouble(caller.organization_id),
        kept_days=tree.settings.retention.days,
    )


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
