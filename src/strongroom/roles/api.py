"""Roles for programs that a person is signed in to."""

from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from strongroom.access import Action
from strongroom.kernel import Caller, Origin
from strongroom.web import Answered, Given, Wanted, create, read, remove, replace

from .models import Role, RoleWanted
from .service import Roles


class RoleAnswered(Answered, frozen=True):
    """A role, and how many members have it."""

    name: str
    description: str
    actions: list[Action]
    members: int
    built_in: bool


class NewRole(Wanted, frozen=True):
    """A role to define."""

    name: str
    actions: list[Action]
    description: str = ""


class ChangedRole(Wanted, frozen=True):
    """What a role shall be from now on."""

    actions: list[Action]
    description: str = ""


@read("/roles", action="role.read")
async def list_roles(roles: Given[Roles], caller: Given[Caller]) -> list[RoleAnswered]:
    """List every role that a member can have, the built-in ones first."""
    return [_answer(each) for each in await roles.all(caller.organization_id)]


@create("/roles", action="role.create")
async def create_role(
    data: JSONBody[NewRole],
    roles: Given[Roles],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RoleAnswered:
    """Define a role."""
    wanted = RoleWanted(data.name, data.description, frozenset(data.actions))
    await roles.create(caller, wanted, origin)
    return _answer(await roles.get(caller.organization_id, data.name))


@replace("/roles/{name:str}", action="role.change")
async def change_role(
    name: FromPath[str],
    data: JSONBody[ChangedRole],
    roles: Given[Roles],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RoleAnswered:
    """Let a role do something else, from the next request of whoever has it on."""
    wanted = RoleWanted(name, data.description, frozenset(data.actions))
    await roles.change(caller, wanted, origin)
    return _answer(await roles.get(caller.organization_id, name))


@create("/roles/{name:str}/undo", action="role.change", status_code=HTTP_200_OK)
async def undo_role(
    name: FromPath[str],
    roles: Given[Roles],
    caller: Given[Caller],
    origin: Given[Origin],
) -> RoleAnswered:
    """Take the last change of a role back."""
    await roles.undo(caller, name, origin)
    return _answer(await roles.get(caller.organization_id, name))


@remove("/roles/{name:str}", action="role.delete", status_code=HTTP_204_NO_CONTENT)
async def delete_role(
    name: FromPath[str],
    roles: Given[Roles],
    caller: Given[Caller],
    origin: Given[Origin],
) -> None:
    """Delete a role that nobody has."""
    await roles.delete(caller, name, origin)


def _answer(role: Role) -> RoleAnswered:
    return RoleAnswered(
        role.name,
        role.description,
        sorted(role.actions),
        role.members,
        role.is_built_in,
    )
