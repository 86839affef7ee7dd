"""Members and their roles for people."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.audit import Actor
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

from .service import Organizations, RoleNames


NOTICES = {
    "role": "The role is changed.",
    "removed": "That member is removed and signed out.",
}
"""What was just done, by the word that the redirect carries."""


@show("/console/members", action="member.read")
async def members(
    request: AnyRequest,
    renderer: Given[Renderer],
    organizations: Given[Organizations],
    role_names: Given[RoleNames],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    done: FromQuery[str] = "",
) -> Response[str]:
    """List the members of the caller's current organization."""
    context = await _page(organizations, role_names, caller, allowed)
    context |= {"notice": NOTICES.get(done)}
    return renderer.page(request, "members.html", error=None, **context)


@submit("/console/members/{account_id:uuid}/role", action="member.change-role")
async def change_role(
    account_id: FromPath[UUID],
    request: AnyRequest,
    organizations: Given[Organizations],
    role_names: Given[RoleNames],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    origin: Given[Origin],
) -> Redirect:
    """Change a member's role."""
    page = await _page(organizations, role_names, caller, allowed)
    if_refused(request, "members.html", **page)
    role = (await form_of(request, ("role",)))["role"]
    await organizations.change_role(
        caller.organization_id,
        account_id,
        role,
        actor=Actor.of(caller),
        origin=origin,
    )
    return see_other("/console/members?done=role")


@submit("/console/members/{account_id:uuid}/remove", action="member.remove")
async def remove_member(
    account_id: FromPath[UUID],
    request: AnyRequest,
    organizations: Given[Organizations],
    role_names: Given[RoleNames],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    origin: Given[Origin],
) -> Redirect:
    """End a membership; the person's sessions here end with it."""
    if_refused(
        request,
        "members.html",
        **await _page(organizations, role_names, caller, allowed),
    )
    await form_of(request, ())
    await organizations.remove(
        caller.organization_id, account_id, actor=Actor.of(caller), origin=origin
    )
    return see_other("/console/members?done=removed")


@show("/console/leave", action="organization.list", form="member.leave")
async def leave_form(
    request: AnyRequest, renderer: Given[Renderer], allowed: Given[frozenset[str]]
) -> Response[str]:
    """Ask whether to leave the current organization."""
    return renderer.page(request, "leave.html", allowed=allowed, error=None)


@submit("/console/leave", action="member.leave")
async def leave(
    request: AnyRequest,
    organizations: Given[Organizations],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Leave the current organization; this session ends with it."""
    if_refused(request, "leave.html", allowed=allowed)
    await form_of(request, ())
    await organizations.leave(caller, origin)
    return see_other("/sign-in")


async def _page(
    organizations: Organizations,
    names: RoleNames,
    caller: Caller,
    allowed: frozenset[str],
) -> dict[str, Any]:
    found = await organizations.members(caller.organization_id)
    roles = await names.of(caller.organization_id)
    return {"members": found, "roles": roles, "allowed": allowed, "notice": None}
