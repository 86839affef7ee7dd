"""Organizations and members for programs."""

from datetime import datetime
from uuid import UUID

from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from strongroom.audit import Actor
from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, Wanted, change, read, remove

from .models import Organization
from .service import Organizations


class OrganizationAnswered(Answered, frozen=True):
    """An organization as its members see it."""

    id: str
    name: str


class MembershipAnswered(Answered, frozen=True):
    """Where the caller belongs."""

    id: str
    name: str
    role: str


class MemberAnswered(Answered, frozen=True):
    """A member as the others see it."""

    account_id: str
    email: str
    role: str
    since: datetime


class RenameWanted(Wanted, frozen=True):
    """The organization's new name."""

    name: str


class RoleWanted(Wanted, frozen=True):
    """The member's new role."""

    role: str


@read("/organizations", action="organization.list")
async def mine(
    organizations: Given[Organizations], caller: Given[Caller]
) -> list[MembershipAnswered]:
    """List the organizations that the caller belongs to."""
    return [
        MembershipAnswered(
            str(found.organization.id), found.organization.name, found.role
        )
        for found in await organizations.of(caller.account_id)
    ]


@read("/organizations/{organization_id:uuid}", action="organization.read")
async def get(
    organization_id: FromPath[UUID],
    organizations: Given[Organizations],
    caller: Given[Caller],
) -> OrganizationAnswered:
    """Show the caller's current organization."""
    found = await organizations.get(caller.organization_id, organization_id)
    return OrganizationAnswered(str(found.id), found.name)


@change("/organizations/{organization_id:uuid}", action="organization.rename")
async def rename(
    organization_id: FromPath[UUID],
    data: JSONBody[RenameWanted],
    organizations: Given[Organizations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> OrganizationAnswered:
    """Rename the caller's current organization."""
    found = await organizations.get(caller.organization_id, organization_id)
    wanted = Organization(found.id, data.name)
    renamed = await organizations.rename(wanted, Actor.of(caller), origin)
    return OrganizationAnswered(str(renamed.id), renamed.name)


@read("/members", action="member.read")
async def members(
    organizations: Given[Organizations], caller: Given[Caller]
) -> list[MemberAnswered]:
    """List the members of the caller's current organization."""
    return [
        MemberAnswered(str(found.account_id), found.email, found.role, found.since)
        for found in await organizations.members(caller.organization_id)
    ]


@change(
    "/members/{account_id:uuid}",
    action="member.change-role",
    status_code=HTTP_204_NO_CONTENT,
)
async def change_role(
    account_id: FromPath[UUID],
    data: JSONBody[RoleWanted],
    organizations: Given[Organizations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Change a member's role."""
    await organizations.change_role(
        caller.organization_id,
        account_id,
        data.role,
        actor=Actor.of(caller),
        origin=origin,
    )


@remove(
    "/members/{account_id:uuid}",
    action="member.remove",
    status_code=HTTP_204_NO_CONTENT,
)
async def remove_member(
    account_id: FromPath[UUID],
    organizations: Given[Organizations],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """End a membership; the person's sessions here end with it."""
    await organizations.remove(
        caller.organization_id, account_id, actor=Actor.of(caller), origin=origin
    )


@remove("/membership", action="member.leave", status_code=HTTP_204_NO_CONTENT)
async def leave(
    organizations: Given[Organizations], caller: Given[Caller], origin: Given[Origin]
) -> None:
    """Leave the caller's current organization; this session ends with it."""
    await organizations.leave(caller, origin)
