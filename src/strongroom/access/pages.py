"""Why may somebody do something, and who may, for people."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromQuery

from strongroom.kernel import Caller, Refusal
from strongroom.organizations import Organizations
from strongroom.web import AnyRequest, Given, Renderer, show

from .service import Access


@show("/console/access", action="access.read")
async def access_page(
    request: AnyRequest,
    renderer: Given[Renderer],
    access: Given[Access],
    organizations: Given[Organizations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    action: FromQuery[str] = "",
    account: FromQuery[str] = "",
) -> Response[str]:
    """Show what was asked, who else may, and the whole table."""
    members = await organizations.members(caller.organization_id)
    asked, error = None, None
    if action:
        try:
            asked = await _asked(access, caller, action, account)
        except (Refusal, ValueError):
            error = "There is no such member, or no such action."
    return renderer.page(
        request,
        "access.html",
        allowed=allowed,
        members=members,
        chosen={"action": action, "account": account or str(caller.account_id)},
        asked=asked,
        table=await access.plan(caller.organization_id),
        error=error,
    )


async def _asked(
    access: Access, caller: Caller, action: str, account: str
) -> dict[str, Any]:
    where, who = caller.organization_id, UUID(account or str(caller.account_id))
    told = await access.explain(where, who, action)
    return {"told": told, "able": await access.who_can(where, action), "who": who}
