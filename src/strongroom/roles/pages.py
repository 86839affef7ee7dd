"""Roles for people: see what each may do, define one, change it, delete it."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from strongroom.access import GRANTABLE
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

from .models import RoleWanted
from .policy import in_groups
from .service import Roles


ADDRESS = "/console/roles"
LIST, ONE = "roles.html", "role.html"
FIELDS = ("name", "description", *sorted(GRANTABLE))
NOTICES = {
    "created": "The role is defined. Give it to a member under Members.",
    "changed": "The role is changed, from the next request of whoever has it on. Its"
    " page takes that back.",
    "undone": "The role is again what it was, from the next request on.",
    "deleted": "The role is deleted. Nobody had it.",
}
"""What was just done, by the word that the redirect carries."""


@show(ADDRESS, action="role.read")
async def all_roles(
    request: AnyRequest,
    renderer: Given[Renderer],
    roles: Given[Roles],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    *,
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show every role of the organization."""
    page = await _list(roles, caller, allowed) | {"notice": NOTICES.get(done)}
    return renderer.page(request, LIST, error=None, errors={}, **page)


@show(f"{ADDRESS}/new", action="role.read")
async def new_role(
    request: AnyRequest, renderer: Given[Renderer], allowed: Given[frozenset[str]]
) -> Response[str]:
    """Show the form of a role that is still to be defined."""
    page = _form(allowed, dict.fromkeys(FIELDS, ""), existing=None)
    return renderer.page(request, ONE, error=None, errors={}, **page)


@submit(f"{ADDRESS}/new", action="role.create")
async def create_role(
    request: AnyRequest,
    roles: Given[Roles],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Define a role."""
    form = await form_of(request, FIELDS)
    if_refused(request, ONE, **_form(allowed, form, existing=None))
    await roles.create(caller, _wanted(form["name"].strip(), form), origin)
    return see_other(f"{ADDRESS}?done=created")


@show(f"{ADDRESS}/{{name:str}}", action="role.read")
async def one_role(
    name: FromPath[str],
    request: AnyRequest,
    renderer: Given[Renderer],
    roles: Given[Roles],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
) -> Response[str]:
    """Show a role that the organization defined, to be changed."""
    found = await roles.get(caller.organization_id, name)
    values = dict.fromkeys(FIELDS, "") | dict.fromkeys(found.actions, "1")
    values |= {"name": found.name, "description": found.description}
    page = _form(allowed, values, existing=found)
    return renderer.page(request, ONE, error=None, errors={}, **page)


@submit(f"{ADDRESS}/{{name:str}}", action="role.change")
async def change_role(
    name: FromPath[str],
    request: AnyRequest,
    roles: Given[Roles],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Let a role do something else."""
    form = await form_of(request, FIELDS)
    found = await roles.get(caller.organization_id, name)
    if_refused(request, ONE, **_form(allowed, {**form, "name": name}, existing=found))
    await roles.change(caller, _wanted(name, form), origin)
    return see_other(f"{ADDRESS}?done=changed")


@submit(f"{ADDRESS}/{{name:str}}/undo", action="role.change")
async def undo_role(
    name: FromPath[str],
    request: AnyRequest,
    roles: Given[Roles],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Take the last change of a role back."""
    await form_of(request, ())
    if_refused(request, LIST, **await _list(roles, caller, allowed))
    await roles.undo(caller, name, origin)
    return see_other(f"{ADDRESS}?done=undone")


@submit(f"{ADDRESS}/{{name:str}}/delete", action="role.delete")
async def delete_role(
    name: FromPath[str],
    request: AnyRequest,
    roles: Given[Roles],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    origin: Given[Origin],
) -> Redirect:
    """Delete a role that nobody has."""
    await form_of(request, ())
    if_refused(request, LIST, **await _list(roles, caller, allowed))
    await roles.delete(caller, name, origin)
    return see_other(f"{ADDRESS}?done=deleted")


async def _list(
    roles: Roles, caller: Caller, allowed: frozenset[str]
) -> dict[str, Any]:
    found = await roles.all(caller.organization_id)
    groups = {each.name: in_groups(each.actions) for each in found}
    return {"roles": found, "groups": groups, "allowed": allowed, "notice": None}


def _form(
    allowed: frozenset[str], values: Mapping[str, str], *, existing: Any
) -> dict[str, Any]:
    return {
        "allowed": allowed,
        "values": values,
        "existing": existing,
        "groups": in_groups(GRANTABLE),
    }


def _wanted(name: str, form: Mapping[str, str]) -> RoleWanted:
    chosen = frozenset(action for action in GRANTABLE if form[action])
    return RoleWanted(name, form["description"], chosen)
