"""``strongroom accounts``: help for people who cannot get in by themselves."""

import asyncio
from pathlib import Path

import click
import msgspec

from strongroom.room import Strongroom
from strongroom.server import Installation

from .parameters import data_option, json_option


@click.group()
def accounts() -> None:
    r"""Help people who lost their second factor.

    \b
        strongroom accounts totp-reset ada@example.org --by Bo
    """


@accounts.command()
@data_option
@json_option
@click.argument("email")
@click.option(
    "--by", required=True, metavar="NAME", help="Who does this; it is put on record."
)
@click.option("--yes", is_flag=True, help="Do not ask for the address again.")
def totp_reset(data: Path, email: str, by: str, *, yes: bool, as_json: bool) -> None:
    """Remove the second factor of somebody who lost app and recovery codes.

    Be sure first who asks: afterwards their password alone lets them in. Every device
    of theirs is signed out, and they are told by mail.
    """
    question = "Type the address again to remove its second factor"
    if not yes and click.prompt(question, err=True) != email:
        message = "that is another address: nothing was removed"
        raise click.UsageError(message)
    installation = Installation.running(data)

    async def remove() -> None:
        settings = installation.room_settings()
        async with Strongroom(settings, installation.keys) as room:
            await room.totp.reset(email, by)

    asyncio.run(remove())
    if as_json:
        click.echo(msgspec.json.encode({"email": email, "reset": True}).decode())
    else:
        click.echo("The second factor is removed, and its owner gets a mail.")
