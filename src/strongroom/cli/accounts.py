"""``strongroom accounts``: help for people who cannot get in by themselves."""

from pathlib import Path

import click

from strongroom.server import Installation

from .house import in_house
from .output import tell
from .parameters import (
    by_option,
    data_option,
    json_option,
    require_same_address,
    unasked_option,
)


@click.group()
def accounts() -> None:
    r"""Help people who lost their second factor.

    \b
        strongroom accounts factors-reset ada@example.org --by Bo
    """


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
    in_house(installation, lambda room: room.entrance.reset_factors(email, by))
    told = "The second factors are removed, and their owner gets a mail."
    tell({"email": email, "reset": True}, told, as_json=as_json)
