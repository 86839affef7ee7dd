"""``strongroom access``: why somebody may do something, and who may."""

from pathlib import Path
from uuid import UUID

import click

from strongroom.access import Explanation
from strongroom.kernel import NotFound
from strongroom.organizations import Member, Membership
from strongroom.roles import Role
from strongroom.room import Strongroom
from strongroom.server import CannotStart, Installation

from .house import in_house
from .orgs import members_of
from .output import table, tell, visible
from .parameters import data_option, json_option


organization_option = click.option(
    "--organization",
    type=click.UUID,
    help="Its identifier, where the person belongs to several.",
)


@click.group()
def access() -> None:
    r"""Say why somebody may do something, and who may.

    \b
        strongroom access explain ada@example.org integration.delete
        strongroom access who-can integration.delete --organization ID
        strongroom access roles --organization ID
    """


@access.command()
@data_option
@json_option
@click.argument("email")
@click.argument("action")
@organization_option
def explain(
    data: Path, email: str, action: str, organization: UUID | None, *, as_json: bool
) -> None:
    """Say whether somebody may do an action, and why."""

    async def ask(room: Strongroom) -> Explanation:
        account = await room.accounts.find(email)
        if account is None:
            message = f"there is no account of {email}"
            raise NotFound(message)
        where = _one(await room.organizations.of(account.id), organization)
        return await room.access.explain(where, account.id, action)

    told = in_house(Installation.running(data), ask)
    verdict = "may" if told.allowed else "may not"
    tell(told, f"{email} {verdict} {action}. {visible(told.why)}", as_json=as_json)


@access.command()
@data_option
@json_option
@click.argument("action")
@click.option("--organization", type=click.UUID, required=True, help="Its identifier.")
def who_can(data: Path, action: str, organization: UUID, *, as_json: bool) -> None:
    """List the members who may do an action."""

    async def ask(room: Strongroom) -> list[Member]:
        await members_of(room, organization)
        return await room.access.who_can(organization, action)

    found = in_house(Installation.running(data), ask)
    shown = table("member", "role")
    for each in found:
        shown.add_row(each.email, each.role)
    tell(found, shown if found else "No member may.", as_json=as_json)


@access.command()
@data_option
@json_option
@click.option("--organization", type=click.UUID, required=True, help="Its identifier.")
def roles(data: Path, organization: UUID, *, as_json: bool) -> None:
    """List the roles of an organization, its own and the built-in ones."""

    async def ask(room: Strongroom) -> list[Role]:
        await members_of(room, organization)
        return await room.roles.all(organization)

    found = in_house(Installation.running(data), ask)
    shown = table("role", "members", "may do")
    for each in found:
        own = ", ".join(sorted(each.actions))
        may = each.description if each.is_built_in else own
        shown.add_row(each.name, str(each.members), may)
    tell(found, shown, as_json=as_json)


def _one(memberships: list[Membership], wanted: UUID | None) -> UUID:
    places = [each.organization.id for each in memberships]
    if wanted is not None and wanted not in places:
        message = f"the account does not belong to {wanted}"
        raise NotFound(message)
    if wanted is None and len(places) != 1:
        known = ", ".join(map(str, places)) or "none"
        message = f"say which --organization; the account belongs to: {known}"
        raise CannotStart(message)
    return wanted or places[0]
