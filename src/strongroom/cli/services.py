"""``strongroom services``: the operator's programs that may call service routes."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from rich.table import Table

from strongroom.server import Installation
from strongroom.services import Signer

from .house import in_house
from .output import table, tell
from .parameters import by_option, data_option, json_option


@click.group()
def services() -> None:
    r"""Look after the programs that call this server by signed calls.

    \b
        strongroom services add billing --by Ada
        strongroom services list
        strongroom services revoke 0199… --by Ada
    """


@services.command()
@data_option
@json_option
@by_option
@click.argument("name", type=str)
def add(data: Path, name: str, by: str, *, as_json: bool) -> None:
    """Add a program; its private key is shown this once."""
    if not 0 < len(name.strip()) <= 60:  # noqa: PLR2004 - as the column takes.
        message = "A name has 1 to 60 characters."
        raise click.UsageError(message)
    installation = Installation.running(data)
    made = in_house(installation, lambda room: room.services.add(name.strip(), by))
    key = made.private_key.reveal()
    shown = (
        f"{made.name} is added. Keep its key; it is not shown again.\n\n"
        f"  keyid        {made.id}\n  private key  {key}"
    )
    found = {"id": made.id, "name": made.name, "private_key": key}
    tell(found, shown, as_json=as_json)


@services.command("list")
@data_option
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """Show every program, without its key."""
    found = in_house(Installation.running(data), lambda room: room.services.all())
    tell(found, _table(found) if found else "No program is added.", as_json=as_json)


@services.command()
@data_option
@json_option
@by_option
@click.argument("service_id", type=click.UUID)
def revoke(data: Path, service_id: UUID, by: str, *, as_json: bool) -> None:
    """Revoke one program; its next call is refused."""
    installation = Installation.running(data)
    in_house(installation, lambda room: room.services.revoke(service_id, by))
    tell({"revoked": service_id}, f"{service_id} is revoked.", as_json=as_json)


def _table(found: Sequence[Signer]) -> Table:
    made = table("id", "name", "state", "since")
    for each in found:
        state = "revoked" if each.revoked_at else "active"
        made.add_row(str(each.id), each.name, state, f"{each.created_at:%Y-%m-%d}")
    return made
