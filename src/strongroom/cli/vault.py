"""``strongroom vault``: the keys that seal stored secrets, and the root's shares."""

import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress

from strongroom.crypto import Keyring, Share, ShareInvalid, combine, split
from strongroom.room import Strongroom
from strongroom.rotation import VaultStatus
from strongroom.server import (
    FOLDER,
    CannotStart,
    DataFolder,
    Installation,
    Successor,
    bring_root,
    keep_old,
    successor_of,
    take_over,
)
from strongroom.vault import KeyOwner

from .house import in_house
from .orgs import members_of
from .output import table, tell, to_console, write_json
from .parameters import (
    NUMBER_OF_SHARES,
    by_option,
    data_option,
    json_option,
    may_say_by_option,
    require_threshold,
)


@click.group()
def vault() -> None:
    r"""Look after the keys that seal stored secrets.

    \b
        strongroom vault status
        strongroom vault rotate --organization 0199…
        strongroom vault rotate --root
        strongroom vault rewrap
        strongroom vault replace-root --by Ada
        strongroom vault split --threshold 3 --shares 5
        strongroom vault unseal
    """


@vault.command()
@data_option
@json_option
def status(data: Path, *, as_json: bool) -> None:
    """Show how old the keys are, and which stored values need or miss one."""
    found = in_house(Installation.running(data), lambda room: room.rotation.status())
    if as_json:
        write_json(answered(found))
    else:
        _show(found, to_console())


@vault.command()
@data_option
@json_option
@click.option("--organization", type=click.UUID, help="Replace this one's key.")
@click.option("--root", is_flag=True, help="Replace both shares of the wrapping key.")
@may_say_by_option
def rotate(
    data: Path,
    organization: UUID | None,
    by: str | None,
    *,
    root: bool,
    as_json: bool,
) -> None:
    """Replace a key now; the house does it by itself when it is due.

    What is stored stays readable. The house reseals it in the background; to wait for
    that, run rewrap.
    """
    if (organization is None) != root:
        message = "say which key: --organization ID, or --root."
        raise click.UsageError(message)

    async def replace(room: Strongroom) -> int:
        if organization is None:
            return await room.rotation.rotate_root(by)
        await members_of(room, organization)  # Else a key is made for nobody.
        return await room.rotation.rotate(KeyOwner.organization(organization), by=by)

    number = in_house(Installation.running(data), replace)
    what = "generation" if root else "version"
    told = f"{what.capitalize()} {number} takes over in a moment."
    tell({what: number}, told, as_json=as_json)


@vault.command()
@data_option
@json_option
def rewrap(data: Path, *, as_json: bool) -> None:
    """Bring keys and stored values under the newest keys, and destroy old ones.

    It may be stopped at any time, and goes on where it was.
    """
    console = Console(stderr=True, quiet=as_json)

    async def work(room: Strongroom) -> dict[str, int]:
        with console.status("Wrapping keys anew …") as progress:
            left = await _rewrap_keys(room)
            told = {"keys_left": left, "resealed": 0, "broken": 0, "waiting": 0}
            for owner in await room.rotation.unfinished():
                done = await room.rotation.reseal(owner)
                broken = done.broken
                while done.resealed:
                    told["resealed"] += done.resealed
                    progress.update(
                        f"Resealed {told['resealed']}, {done.remaining} left …"
                    )
                    done = await room.rotation.reseal(owner)
                    broken = max(broken, done.broken)
                told["broken"] += broken
                told["waiting"] += len(done.waiting)
        return told

    told = in_house(Installation.running(data), work)
    if as_json:
        write_json(told)
        return
    click.echo(f"{told['resealed']} values resealed.")
    if told["waiting"]:
        click.echo(
            f"{told['waiting']} old keys wait a little, then they are destroyed."
        )
    if told["broken"] or told["keys_left"]:
        lost = told["broken"] + told["keys_left"]
        click.echo(f"{lost} do not open and stay as they are: see vault status.")


@vault.command()
@data_option
@json_option
@click.option(
    "--to",
    default=FOLDER,
    show_default=True,
    metavar="SOURCE",
    help="The data folder, a file (/path), or a key service (aws-kms:…, transit:…).",
)
@by_option
@click.option("--yes", is_flag=True, help="Do not ask before the old key goes.")
def replace_root(data: Path, to: str, by: str, *, yes: bool, as_json: bool) -> None:
    r"""Replace the root key itself, while the server goes on.

    The old key is found where the server finds it; the new one is made, but for a file,
    which must hold 64 hexadecimal digits. Every key is wrapped anew. It may be stopped
    at any time: run the same command again, and it goes on where it was.

    \b
        strongroom vault replace-root --by Ada
        strongroom vault replace-root --by Ada --to /run/keys/root
        strongroom vault replace-root --by Ada --to aws-kms:alias/strongroom
    """
    installation = Installation.running(data)
    new = successor_of(installation.folder, to, os.environ)
    question = "Backups of today need the old root key. Do you have a copy of it?"
    if not (yes or as_json) and not click.confirm(question, err=True):
        message = "nothing was changed; copy it first."
        raise click.ClickException(message)
    keep_old(installation.folder, installation.keys, new.key)
    generation, left = in_house(
        installation, lambda room: _succeed(room, new, by, quiet=as_json)
    )
    if left:
        message = f"{left} keys were altered and stay under the old root: vault status"
        raise click.ClickException(message)
    take_over(installation.folder, new)
    told = {"generation": generation, "setting": new.setting}
    if as_json:
        write_json(told)
        return
    change = f"set {new.setting}, then restart" if new.setting else "restart"
    click.echo("Every key is wrapped under the new root key.")
    click.echo(f"Now {change} the server, so that it forgets the old one.")


async def _succeed(
    room: Strongroom, new: Successor, by: str, *, quiet: bool
) -> tuple[int, int]:
    """Wrap every key under the new root; return its generation, and what is left."""
    generation = await room.rotation.replace_root(Keyring(new.key), by)
    left = total = await room.rotation.keys_left()
    with Progress(console=Console(stderr=True, quiet=quiet)) as progress:
        task = progress.add_task("Wrapping keys anew", total=total)
        before = left + 1
        while left and left < before:
            before, left = left, await room.rotation.rewrap()
            progress.update(task, completed=total - left)
    if not total:
        await room.rotation.rewrap()  # What an earlier run left: destroying old shares.
    return generation, left


@vault.command(name="split")
@data_option
@click.option(
    "--threshold", type=NUMBER_OF_SHARES, required=True, help="So many open it."
)
@click.option(
    "--shares", type=NUMBER_OF_SHARES, required=True, help="So many are made."
)
@click.option("--yes", is_flag=True, help="Do not ask before the file is removed.")
def split_key(data: Path, threshold: int, shares: int, *, yes: bool) -> None:
    r"""Cut the root key into shares, and remove it from the data folder.

    Each share is shown once. Give each to another person; from then on a start waits
    until enough of them have run unseal.

    \b
        strongroom vault split --threshold 3 --shares 5
    """
    folder = DataFolder(data)
    if not folder.has_root_key():
        message = f"there is no {folder.root_key_file} to split."
        raise click.UsageError(message)
    require_threshold(threshold, shares)
    key = folder.root_key()
    for share in split(key, threshold, shares):
        click.echo(share.text())
    question = f"Are all {shares} stored, each with another person?"
    if not yes and not click.confirm(question, err=True):
        message = "nothing was changed; these shares are of no use, split again."
        raise click.ClickException(message)
    folder.keep_split(key, threshold, shares)
    click.echo(
        f"Removed {folder.root_key_file}. Any {threshold} shares open it.", err=True
    )


@vault.command()
@data_option
def unseal(data: Path) -> None:
    r"""Bring shares to the server that waits for its root key.

    Shares are read one by one, from the keyboard without showing them, or a line each
    from a pipe. They are never arguments, which everybody on the machine can read.

    \b
        strongroom vault unseal
        cat shares.txt | strongroom vault unseal
    """
    folder = DataFolder(data)
    wanted = folder.threshold()
    given: list[Share] = []
    while len(given) < wanted:
        try:
            given = _with_another(given, len(given) + 1, wanted)
        except ShareInvalid as reason:
            if not _is_terminal():
                raise CannotStart(str(reason)) from None
            click.echo(f"{reason}: try again", err=True)
    bring_root(folder, combine(given))
    click.echo("The server has its key and starts.")


def _with_another(given: list[Share], number: int, wanted: int) -> list[Share]:
    """Return *given* and one share more, read now."""
    share = Share.read(_read_line(f"Share {number} of {wanted}"))
    together = [*given, share]
    if {each.family for each in together} != {share.family}:
        message = "this share belongs to another key"
        raise ShareInvalid(message)
    if share.index in {each.index for each in given}:
        message = "this share was given already"
        raise ShareInvalid(message)
    click.echo(f"{number} of {wanted}", err=True)
    return together


def _read_line(prompt: str) -> str:
    if _is_terminal():
        return str(click.prompt(prompt, hide_input=True, err=True))
    line = sys.stdin.readline()
    if not line:
        message = f"{prompt} is missing"
        raise CannotStart(message)
    return line


def _is_terminal() -> bool:
    return sys.stdin.isatty()


async def _rewrap_keys(room: Strongroom) -> int:
    left = await room.rotation.rewrap()
    while left:
        before, left = left, await room.rotation.rewrap()
        if left == before:
            break  # What is left was altered, and is told at the end.
    return left


def answered(found: VaultStatus) -> dict[str, Any]:
    """Return a status for programs: an allow-list, without any share."""
    return {
        "generations": [
            {
                "generation": each.number,
                "created_at": each.created_at,
                "destroyed_at": each.destroyed_at,
            }
            for each in found.generations
        ],
        "owners": found.owners,
        "keys": found.keys,
        "oldest": found.oldest,
        "columns": [
            {
                "column": each.name,
                "values": each.values,
                "older": each.older,
                "unreadable": each.unreadable,
            }
            for each in found.columns
        ],
    }


def _show(found: VaultStatus, console: Console) -> None:
    if not found.generations:
        console.print("No key yet. One is made when the first secret is stored.")
        return
    living = [each for each in found.generations if each.destroyed_at is None]
    numbers = ", ".join(
        f"{each.number} (since {each.created_at:%Y-%m-%d})" for each in living
    )
    console.print(f"Generations  {numbers}")
    oldest = f", the oldest since {found.oldest:%Y-%m-%d}" if found.oldest else ""
    console.print(f"Keys         {found.keys} of {found.owners} owners{oldest}")
    columns = table("Column", "Values", "Older key", "Unreadable")
    for each in found.columns:
        style = "red" if each.unreadable else None
        numbers_of = (each.values, each.older, each.unreadable)
        columns.add_row(each.name, *map(str, numbers_of), style=style)
    console.print(columns)
