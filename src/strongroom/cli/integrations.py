"""``strongroom integrations``: which credentials there are, and whether they work."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.table import Table

from strongroom.connectors import Tested
from strongroom.integrations import Integration, Integrations, everywhere, test_one
from strongroom.room import Strongroom
from strongroom.server import Installation

from .parameters import data_option, json_option


Found = TypeVar("Found")


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

    async def look(desk: Integrations) -> list[dict[str, Any]]:
        return [
            {"organization_id": organization_id, **_shown(desk, each)}
            for organization_id, each in await everywhere(desk)
        ]

    found = _run(data, look)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif found:
        Console(highlight=False).print(_table(found))
    else:
        click.echo("No organization keeps a credential.")


@integrations.command()
@data_option
@json_option
@click.argument("integration_id", type=click.UUID)
def test(data: Path, integration_id: UUID, *, as_json: bool) -> None:
    """Try one connection with its credential; exit code 1 if it does not work."""

    async def attempt(desk: Integrations) -> Tested:
        return await test_one(desk, integration_id)

    tested = _run(data, attempt)
    if as_json:
        click.echo(msgspec.json.encode(tested).decode())
    else:
        click.echo(tested.said)
    if not tested.works:
        raise click.exceptions.Exit(1)


def _run(data: Path, work: Callable[[Integrations], Awaitable[Found]]) -> Found:
    installation = Installation.running(data)

    async def run() -> Found:
        settings = installation.room_settings()
        async with Strongroom(settings, installation.keys) as room:
            return await work(room.integrations)

    return asyncio.run(run())


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
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("id", "kind", "name", "goes to", "secret since", "last test"):
        table.add_column(column, overflow="fold")
    for each in found:
        since = f"{each['rotated_at']:%Y-%m-%d}{', due' if each['is_due'] else ''}"
        words = {None: "not tested", True: "works", False: "does not work"}
        told = words[each["works"]]
        row = (str(each["id"]), each["kind"], each["name"], each["destination"])
        table.add_row(*row, since, told)
    return table
