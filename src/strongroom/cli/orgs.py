"""``strongroom orgs``: the organizations, and who belongs to one."""

from pathlib import Path
from uuid import UUID

import click

from strongroom.kernel import NotFound
from strongroom.organizations import Member
from strongroom.room import Strongroom
from strongroom.server import Installation

from .house import in_house
from .output import table, tell
from .parameters import data_option, json_option


@click.group()
def orgs() -> None:
    r"""Show the organizations, and who belongs to them.

    \b
        strongroom orgs list
        strongroom orgs list --canaries
        strongroom orgs members 0199…
    """


@orgs.command("list")
@data_option
@json_option
@click.option("--canaries", is_flag=True, help="Show those that only proofs play, too.")
def show(data: Path, *, canaries: bool, as_json: bool) -> None:
    """Show every organization, by name."""
    found = in_house(
        Installation.running(data),
        lambda room: room.organizations.everywhere(canaries=canaries),
    )
    shown = table("id", "name", "since", "members", "owners")
    for each in found:
        since, owners = f"{each.created_at:%Y-%m-%d}", ", ".join(each.owners)
        shown.add_row(str(each.id), each.name, since, str(each.members), owners)
    tell(found, shown if found else "There is no organization.", as_json=as_json)


@orgs.command()
@data_option
@json_option
@click.argument("organization_id", type=click.UUID)
def members(data: Path, organization_id: UUID, *, as_json: bool) -> None:
    """Show who belongs to an organization, and in which role."""
    found = in_house(
        Installation.running(data), lambda room: members_of(room, organization_id)
    )
    shown = table("address", "role", "since")
    for each in found:
        shown.add_row(each.email, each.role, f"{each.since:%Y-%m-%d}")
    tell(found, shown, as_json=as_json)


async def members_of(room: Strongroom, organization_id: UUID) -> list[Member]:
    """Return who belongs to an organization, which somebody does.

    Raises:
        NotFound: nobody does, mostly because there is no such organization.

    """
    found = await room.organizations.members(organization_id)
    if not found:
        message = f"nobody belongs to {organization_id}; see: strongroom orgs list"
        raise NotFound(message)
    return found
