"""``strongroom operators``: who runs the service, and may sign in to do so."""

from pathlib import Path
from uuid import UUID

import click
from rich.table import Table

from strongroom.break_glass import Grant
from strongroom.kernel import Secret
from strongroom.operators import ROOT, Person
from strongroom.server import Installation

from .house import in_house
from .output import table, tell
from .parameters import (
    by_option,
    data_option,
    json_option,
    require_same_address,
    unasked_option,
)


@click.group()
def operators() -> None:
    r"""Say who may run the service. At first that is nobody.

    \b
        strongroom operators add ada@example.org --by Bo
        strongroom operators list
        strongroom operators remove ada@example.org --by Bo
        strongroom operators grants
    """


@operators.command()
@data_option
@json_option
@click.argument("email")
@by_option
def add(data: Path, email: str, by: str, *, as_json: bool) -> None:
    """Make a link by which somebody sets up a password and an authenticator app.

    It works once, within a day, on this machine. For somebody who is an operator
    already it replaces both factors, once it is used.
    """
    installation = Installation.running(data)
    token = in_house(installation, lambda room: room.operators.add(email, by))
    link = _link(installation, token)
    told = f"Open this link on this machine within 24 hours; it works once:\n\n{link}"
    tell({"email": email, "link": link}, told, as_json=as_json)


@operators.command("list")
@data_option
@json_option
def list_all(data: Path, *, as_json: bool) -> None:
    """Show who may run the service."""
    installation = Installation.running(data)
    people = in_house(installation, lambda room: room.operators.everybody())
    shown = _table(people) if people else "There is no operator. See: operators add"
    tell(people, shown, as_json=as_json)


@operators.command()
@data_option
@json_option
@click.argument("email")
@by_option
@unasked_option
def remove(data: Path, email: str, by: str, *, yes: bool, as_json: bool) -> None:
    """Take somebody's way in away; whatever they have open ends at once."""
    installation = Installation.running(data)
    if not yes:
        question = "Type the address again to remove the operator"
        require_same_address(email, question=question, spared="nobody was removed")
    in_house(installation, lambda room: room.operators.remove(email, by))
    told = "The operator is removed, and signed out everywhere."
    tell({"email": email, "removed": True}, told, as_json=as_json)


@operators.command()
@data_option
@json_option
def grants(data: Path, *, as_json: bool) -> None:
    """Show emergency access: who asked, who approved, and what is open now.

    It is asked for and approved on the operators' pages, where two people sign in.
    """
    installation = Installation.running(data)
    found = in_house(installation, lambda room: room.break_glass.newest())
    shown = _grants(found) if found else "Nobody asked for emergency access yet."
    tell(found, shown, as_json=as_json)


@operators.command()
@data_option
@json_option
@click.argument("grant", type=click.UUID)
@by_option
def end_grant(data: Path, grant: UUID, by: str, *, as_json: bool) -> None:
    """End emergency access early; the sessions that it opened end at once."""
    installation = Installation.running(data)
    in_house(installation, lambda room: room.break_glass.end(grant, by))
    told = "The emergency access is over."
    tell({"grant": str(grant), "ended": True}, told, as_json=as_json)


def _grants(found: list[Grant]) -> Table:
    shown = table("Grant", "State", "Organization", "Asked by", "Approved by", "Why")
    for each in found:
        people = each.asker, each.approver or "nobody"
        shown.add_row(str(each.id), each.state, each.organization, *people, each.reason)
    return shown


def _link(installation: Installation, token: Secret) -> str:
    return f"{installation.options.admin_url}{ROOT}/set-up?token={token.reveal()}"


def _table(people: list[Person]) -> Table:
    shown = table("Operator", "Added", "Set up")
    for each in people:
        ready = f"{each.ready_at:%Y-%m-%d %H:%M}" if each.ready_at else "not yet"
        shown.add_row(each.email, f"{each.created_at:%Y-%m-%d %H:%M}", ready)
    return shown
