"""What a command says when it worked: JSON for programs, words for people."""

from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table


WIDE = 1000
"""Columns where no terminal folds anything."""


def tell(found: Any, shown: str | Table, *, as_json: bool) -> None:
    """Write *found* for a program, or what is *shown* to people instead."""
    if as_json:
        write_json(found)
    elif isinstance(shown, str):
        click.echo(shown)
    else:
        to_console().print(shown)


def write_json(found: Any) -> None:
    """Write *found* in one line."""
    click.echo(msgspec.json.encode(found).decode())


def to_console() -> Console:
    """Return where people read; a file or a pipe is as wide as what is written."""
    console = Console(soft_wrap=True, highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


def table(first: str, *columns: str) -> Table:
    """Return an empty table. The *first* column names its row: it is never folded."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    made.add_column(first, no_wrap=True)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made
