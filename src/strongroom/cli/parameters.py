"""Options that several commands share, and the question before what is final."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="STRONGROOM_DATA",
    show_default="./data",
    show_envvar=True,
    metavar="DIR",
    help="The folder with the keys, the database and the logs.",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON, for programs."
)


def _named(
    _context: click.Context, _option: click.Parameter, name: str | None
) -> str | None:
    """Take a name that tells somebody; the record is worth nothing without."""
    if name is None:  # Where it may be left out.
        return None
    if not name.strip():
        message = "say who does this; it is put on record."
        raise click.BadParameter(message)
    return name.strip()


by_option = click.option(
    "--by",
    required=True,
    metavar="NAME",
    callback=_named,
    help="Who does this; it is put on record.",
)

may_say_by_option = click.option(
    "--by",
    metavar="NAME",
    callback=_named,
    help="Who does this; it is put on record beside what was done.",
)
"""For what the house does by itself as well, and on record either way."""


def _authority(
    _context: click.Context, _option: click.Parameter, path: Path | None
) -> Path | None:
    """Take a file that a TLS client can read authorities from."""
    if path is None:
        return None
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        message = f"{path} holds no certificate in PEM form."
        raise click.BadParameter(message) from None
    return path


def ca_option(words: str) -> Callable[[Any], Any]:
    """Return the option of an authority to trust, which *words* explain."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(
        "--ca", type=kind, metavar="FILE", callback=_authority, help=words
    )


unasked_option = click.option(
    "--yes", is_flag=True, help="Do not ask for the address again."
)


class Number(click.IntRange):
    """A whole number within bounds, and called so."""

    name = "number"


NUMBER_OF_SHARES = Number(2, 255)


def ask(question: str, *, unheard: str, hidden: bool = False) -> str:
    """Return what somebody answers; *hidden*, it is not shown while it is typed.

    Raises:
        click.ClickException: nobody is there, and *unheard* says what to do.

    """
    try:
        return str(click.prompt(question, hide_input=hidden, err=True))
    except click.Abort as stopped:
        # Click hides what ended the question; only a person can press Ctrl-C.
        if isinstance(stopped.__context__, EOFError):
            raise click.ClickException(unheard) from None
        raise


def require_same_address(email: str, *, question: str, spared: str) -> None:
    """Let only somebody go on who types *email* again.

    Raises:
        click.UsageError: another address was typed; *spared* says what did not happen.

    """
    if ask(question, unheard="nobody typed the address again: see --yes") != email:
        message = f"that is another address: {spared}"
        raise click.UsageError(message)


def require_threshold(threshold: int, shares: int) -> None:
    """Let only so many shares open a key as there are.

    Raises:
        click.UsageError: more would be needed.

    """
    if threshold > shares:
        message = "--threshold cannot be more than --shares."
        raise click.UsageError(message)
