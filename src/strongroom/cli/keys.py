"""``strongroom keys``: the API keys of every organization, and an end to one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.table import Table

from strongroom.room import Strongroom
from strongroom.server import Installation
from strongroom.tokens import ApiKey, ApiKeys

from .parameters import data_option, json_option


Found = TypeVar("Found")


@click.group()
def keys() -> None:
    r"""Look after the API keys of programs.

    \b
        strongroom keys list
        strongroom keys revoke 0199…
    """


@keys.command("list")
@data_option
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """Show every organization's API keys, without the keys themselves."""
    found = _run(data, ApiKeys.everywhere)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif found:
        Console(highlight=False).print(_table(found))
    else:
        click.echo("No program has an API key.")


@keys.command()
@data_option
@json_option
@click.argument("key_id", type=click.UUID)
def revoke(data: Path, key_id: UUID, *, as_json: bool) -> None:
    """Revoke one key; its next request is refused."""

    async def end(desk: ApiKeys) -> None:
        await desk.revoke_anywhere(key_id)

    _run(data, end)
    if as_json:
        click.echo(msgspec.json.encode({"revoked": key_id}).decode())
    else:
        click.echo(f"{key_id} is revoked.")


def _run(data: Path, work: Callable[[ApiKeys], Awaitable[Found]]) -> Found:
    installation = Installation.running(data)

    async def run() -> Found:
        settings = installation.room_settings()
        async with Strongroom(settings, installation.keys) as room:
            return await work(room.api_keys)

    return asyncio.run(run())


def _table(found: Sequence[ApiKey]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("id", no_wrap=True)
    for column in ("name", "acts for", "scopes", "state", "ends"):
        table.add_column(column, overflow="fold")
    for each in found:
        scopes, ends = " ".join(sorted(each.scopes)), f"{each.expires_at:%Y-%m-%d}"
        table.add_row(str(each.id), each.name, each.maker, scopes, each.state, ends)
    return table
