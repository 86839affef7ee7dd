"""``strongroom db``: the database, for an operator's own tools."""

from pathlib import Path

import click

from strongroom.db import OWNER
from strongroom.server import Installation

from .output import tell
from .parameters import data_option, json_option


@click.group()
def db() -> None:
    """Reach the database."""


@db.command()
@data_option
@json_option
def url(data: Path, *, as_json: bool) -> None:
    r"""Print the connection URL of the role that owns the schema.

    It holds a password: pass it on, do not write it down.

    \b
        psql "$(strongroom db url)"
        pg_dump "$(strongroom db url)" > backup.sql
    """
    owner = Installation.running(data).urls.owner
    tell({"url": owner, "role": OWNER}, owner, as_json=as_json)
