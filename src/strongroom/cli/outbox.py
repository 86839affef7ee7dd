"""``strongroom outbox``: the mails that the server wrote."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from strongroom.outbox import Mail
from strongroom.server import Installation

from .house import in_house
from .output import to_console, visible, write_json
from .parameters import Number, data_option, json_option


@click.command()
@data_option
@json_option
@click.option(
    "--limit",
    type=Number(1, 100),
    default=5,
    show_default=True,
    help="So many.",
)
def outbox(data: Path, limit: int, *, as_json: bool) -> None:
    """Show the newest mails that the server wrote.

    Without a mail server every mail stays here. A mail that was sent has no text any
    more, so that no link stays behind.
    """
    installation = Installation.running(data)
    mails = in_house(installation, lambda room: room.outbox.newest(limit))
    if as_json:
        write_json(mails)
    else:
        _show(mails, to_console())


def _show(mails: Sequence[Mail], console: Console) -> None:
    if not mails:
        console.print("No mail yet. It appears here when somebody signs up.")
    for mail in reversed(mails):  # The newest is read first, just above the prompt.
        subject, recipient = visible(mail.subject), visible(mail.recipient)
        console.print(Text(subject, "bold"), Text(f"to {recipient}", "cyan"))
        console.print(Text(visible(_state(mail)), "dim"))
        console.print(Text(visible(mail.body or "", keep="\n")))


def _state(mail: Mail) -> str:
    written = f"written {mail.created_at:%Y-%m-%d %H:%M:%S} UTC"
    if mail.sent_at:
        return f"{written}, sent {mail.sent_at:%H:%M:%S}"
    return f"{written}, not sent: {mail.failure or 'no mail server takes it'}"
