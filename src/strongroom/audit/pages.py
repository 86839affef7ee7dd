"""The audit log for people."""

from collections.abc import Mapping
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromQuery

from strongroom.kernel import Caller
from strongroom.web import AnyRequest, Given, Renderer, show

from .service import AuditLog


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
    )


def _url(filters: Mapping[str, str], cursor: str) -> str:
    wanted = {**filters, "cursor": cursor}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"{ADDRESS}?{query}" if query else ADDRESS
