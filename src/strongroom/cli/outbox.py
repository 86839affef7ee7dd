"""``strongroom outbox``: the mails that the server wrote."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from strongroom.outbox import Mail
from strongroom.room import Strongroom
from strongroom.server import Installation

from .parameters import data_option, json_option


@click.command()
@data_option
@json_option
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="So many.",
)
def outbox(data: Path, limit: int, *, as_json: bool) -> None:
    """Show the newest mails that the server wrote.

    Without a mail server every mail stays here. A mail that was sent has no text any
    more, so that no link stays behind.
    """
    mails = asyncio.run(_newest(Installation.running(data), limit))
    if as_json:
        click.echo(msgspec.json.encode(mails).decode())
    else:
        _show(mails, Console(soft_wrap=True, highlight=False))


async def _newest(installation: Installation, limit: int) -> list[Mail]:
    async with Strongroom(installation.room_settings(), installation.keys) as room:
        return await room.outbox.newest(limit)


def _show(mails: Sequence[Mail], console: Console) -> None:
    if not mails:
        console.print("No mail yet. It appears here when somebody signs up.")
    for mail in reversed(mails):  # The newest is read first, just above the prompt.
        console.print(Text(mail.subject, "bold"), Text(f"to {mail.recipient}", "cyan"))
        console.print(Text(_state(mail), "dim"))
        console.print(Text(mail.body or ""))


def _state(mail: Mail) -> str:
    written = f"written {mail.created_at:%Y-%m-%d %H:%M:%S} UTC"
    if mail.sent_at:
        return f"{written}, sent {mail.sent_at:%H:%M:%S}"
    return f"{written}, not sent: {mail.failure or 'no mail server takes it'}"
