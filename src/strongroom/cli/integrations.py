"""``strongroom integrations``: which credentials there are, and whether they work."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.table import Table

from strongroom.integrations import Integration, Integrations, everywhere, test_one
from strongroom.room import Strongroom
from strongroom.server import Installation

from .house import in_house
from .output import table, tell, visible
from .parameters import data_option, json_option


@click.group()
def integrations() -> None:
    r"""Look after the credentials of other services.

    \b
        strongroom integrations list
        strongroom integrations test 0199…
    """


@integrations.command("list")
@data_option
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """Show every organization's credentials, without any secret."""

    async def look(room: Strongroom) -> list[dict[str, Any]]:
        return [
            {"organization_id": organization_id, **_shown(room.integrations, each)}
            for organization_id, each in await everywhere(room.integrations)
        ]

    found = in_house(Installation.running(data), look)
    shown = _table(found) if found else "No organization keeps a credential."
    tell(found, shown, as_json=as_json)


@integrations.command()
@data_option
@json_option
@click.argument("integration_id", type=click.UUID)
def test(data: Path, integration_id: UUID, *, as_json: bool) -> None:
    """Try one connection with its credential; exit code 1 if it does not work."""
    installation = Installation.running(data)
    tested = in_house(
        installation, lambda room: test_one(room.integrations, integration_id)
    )
    tell(tested, visible(tested.said), as_json=as_json)
    if not tested.works:
        raise click.exceptions.Exit(1)


def _shown(desk: Integrations, found: Integration) -> dict[str, Any]:
    """Return an allow-list of what is told."""
    return {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "destination": found.destination,
        "last_four": found.last_four,
        "fingerprint": found.fingerprint,
        "rotated_at": found.rotated_at,
        "is_due": desk.is_due(found),
        "tested_at": found.tested_at,
        "works": found.works,
    }


def _table(found: Sequence[dict[str, Any]]) -> Table:
    made = table("id", "kind", "name", "goes to", "secret since", "last test")
    for each in found:
        since = f"{each['rotated_at']:%Y-%m-%d}{', due' if each['is_due'] else ''}"
        words = {None: "not tested", True: "works", False: "does not work"}
        told = words[each["works"]]
        row = (str(each["id"]), each["kind"], each["name"], each["destination"])
        made.add_row(*row, since, told)
    return made
