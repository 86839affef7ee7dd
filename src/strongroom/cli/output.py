"""What a command says when it worked: JSON for programs, words for people.

Names and words that others wrote pass ``visible`` on their way to a terminal, so that
nobody drives it, or forges a line of it, by what they call themselves.
"""

import unicodedata
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text


WIDE = 1000
"""Columns where no terminal folds anything."""

LONGEST_CELL = 500
"""Characters of a cell before it is cut; ``--json`` has it whole."""

_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of controls, half characters and ends of lines."""

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Bidirectional classes that let a line read in another order (Unicode, UAX 9)."""


class PlainTable(Table):
    """Rows of plain words: no control character, no markup, no endless cell."""

    def add_row(
        self, *cells: Any, style: Any = None, end_section: bool = False
    ) -> None:
        """Add a row; a cell that others wrote is as good as one of ours."""
        shown = [Text(_cut(visible(str(cell)))) for cell in cells]
        super().add_row(*shown, style=style, end_section=end_section)


def visible(words: str, keep: str = "") -> str:
    """Return *words* with every control character escaped, but those to *keep*.

    They are written as Python writes them: the escape character as its number, 1b.
    """
    return "".join(
        each if each in keep or not _is_control(each) else _escaped(each)
        for each in words
    )


def tell(found: Any, shown: str | Table, *, as_json: bool) -> None:
    """Write *found* for a program, or what is *shown* to people instead."""
    if as_json:
        write_json(found)
    elif isinstance(shown, str):
        click.echo(visible(shown, keep="\n"))
    else:
        to_console().print(shown)


def warn(words: str) -> None:
    """Write one line of standard error for whoever has to know."""
    click.secho("strongroom: ", fg="red", bold=True, err=True, nl=False)
    click.echo(visible(" ".join(words.split())), err=True)


def write_json(found: Any) -> None:
    """Write *found* in one line."""
    click.echo(msgspec.json.encode(found).decode())


def to_console() -> Console:
    """Return where people read; a file or a pipe is as wide as what is written."""
    console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


def table(first: str, *columns: str) -> PlainTable:
    """Return an empty table. The *first* column names its row: it is never folded."""
    made = PlainTable(box=None, padding=(0, 2, 0, 0), header_style="dim")
    made.add_column(first, no_wrap=True)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def _is_control(character: str) -> bool:
    return (
        unicodedata.category(character) in _UNSEEN
        or unicodedata.bidirectional(character) in _TURNING
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_CELL else f"{words[: LONGEST_CELL - 1]}…"
