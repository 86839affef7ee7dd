"""``strongroom accounts``: who has one, who is shut out, and help to get in again."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from strongroom.accounts import KnownAccount, normalise_email
from strongroom.kernel import NotFound
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
def accounts() -> None:
    r"""Look after accounts, and help who lost their second factor.

    \b
        strongroom accounts list
        strongroom accounts disable ada@example.org --by Bo
        strongroom accounts factors-reset ada@example.org --by Bo
    """


@accounts.command("list")
@data_option
@json_option
def show_all(data: Path, *, as_json: bool) -> None:
    """Show every account, and where it belongs."""
    found = in_house(
        Installation.running(data), lambda room: room.accounts.everywhere()
    )
    tell(found, _table(found) if found else "Nobody has an account.", as_json=as_json)


@accounts.command()
@data_option
@json_option
@click.argument("email")
def show(data: Path, email: str, *, as_json: bool) -> None:
    """Show one account."""
    wanted = normalise_email(email)
    found = in_house(
        Installation.running(data), lambda room: room.accounts.everywhere()
    )
    for each in found:
        if each.email == wanted:
            tell(each, _table([each]), as_json=as_json)
            return
    message = f"there is no account of {email}"
    raise NotFound(message)


@accounts.command()
@data_option
@json_option
@click.argument("email")
@by_option
def disable(data: Path, email: str, by: str, *, as_json: bool) -> None:
    """Shut an account out: its sessions end, and its API keys are refused.

    Undo it by ``strongroom accounts enable``.
    """
    in_house(Installation.running(data), lambda room: room.desk.shut_out(email, by))
    tell({"email": email, "disabled": True}, f"{email} is shut out.", as_json=as_json)


@accounts.command()
@data_option
@json_option
@click.argument("email")
@by_option
def enable(data: Path, email: str, by: str, *, as_json: bool) -> None:
    """Let an account in again; its owner signs in anew."""
    in_house(Installation.running(data), lambda room: room.desk.let_back(email, by))
    tell({"email": email, "disabled": False}, f"{email} may sign in.", as_json=as_json)


@accounts.command()
@data_option
@json_option
@click.argument("email")
@by_option
@unasked_option
def factors_reset(data: Path, email: str, by: str, *, yes: bool, as_json: bool) -> None:
    """Remove every second factor of somebody who lost them all: app, passkeys, codes.

    Be sure first who asks: afterwards their password alone lets them in. Every device
    of theirs is signed out, and they are told by mail.
    """
    installation = Installation.running(data)
    if not yes:
        question = "Type the address again to remove its second factors"
        require_same_address(email, question=question, spared="nothing was removed")
    in_house(installation, lambda room: room.desk.reset_factors(email, by))
    told = "The second factors are removed, and their owner gets a mail."
    tell({"email": email, "reset": True}, told, as_json=as_json)


def _table(found: Sequence[KnownAccount]) -> Table:
    made = table("address", "since", "state", "belongs to")
    for each in found:
        state = "disabled" if each.disabled_at else "active"
        places = ", ".join(each.organizations) or "nothing"
        made.add_row(each.email, f"{each.created_at:%Y-%m-%d}", state, places)
    return made
