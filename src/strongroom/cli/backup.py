"""``strongroom backup``: archives made, listed, tried and brought back."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from strongroom.archive import Identity, Progress, read_identity
from strongroom.backups import BackupRun, BackupUnderWay, Work, new_run
from strongroom.crypto import Share, combine, split
from strongroom.room import Strongroom
from strongroom.server import (
    AppName,
    DataFolder,
    Installation,
    Options,
    backups_of,
    find_product,
    name_recipient,
    restore_backup,
)

from .house import in_house
from .output import table, tell, to_console, write_json
from .parameters import (
    NUMBER_OF_SHARES,
    data_option,
    json_option,
    require_threshold,
)


FAILED = 1
LOOK_SECONDS = 0.5

Result = TypeVar("Result")

identity_option = click.option(
    "--identity",
    "identity_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
    help="A file with your identity, or - to read it from a pipe.",
)
shares_option = click.option(
    "--shares",
    "from_shares",
    is_flag=True,
    help="Read shares of the identity instead, a line each.",
)


@click.group()
def backup() -> None:
    r"""Make backups, try them, and bring one back.

    \b
        strongroom backup key > identity.txt
        strongroom backup run
        strongroom backup list
        strongroom backup verify
        strongroom backup drill
        strongroom backup restore --identity identity.txt
    """


@backup.command()
@data_option
@click.option("--threshold", type=NUMBER_OF_SHARES, help="So many shares open backups.")
@click.option("--shares", type=NUMBER_OF_SHARES, help="So many are made.")
def key(data: Path, threshold: int | None, shares: int | None) -> None:
    r"""Make the key that opens backups, and show its secret half once.

    The house keeps the public half alone. Keep the secret half off this machine:
    without it no backup can be restored, and with it every one can. Cut into shares,
    it needs several people.

    \b
        strongroom backup key > identity.txt
        strongroom backup key --threshold 2 --shares 3
    """
    if (threshold is None) != (shares is None):
        message = "--threshold and --shares belong together."
        raise click.UsageError(message)
    identity = Identity.new()
    if threshold and shares:
        require_threshold(threshold, shares)
        for share in split(identity.raw(), threshold, shares):
            click.echo(share.text())
    else:
        click.echo(identity.text())
    name_recipient(DataFolder(data), identity.recipient)
    click.echo(f"Backups from now on open for {identity.recipient}.", err=True)


@backup.command()
@data_option
@json_option
def run(data: Path, *, as_json: bool) -> int:
    """Make a backup now; the house makes one by itself when it is due."""
    return _told(_run(data, new_run("backup"), None, quiet=as_json), as_json=as_json)


@backup.command()
@click.argument("archive", required=False)
@data_option
@identity_option
@shares_option
@json_option
def drill(
    archive: str | None,
    data: Path,
    identity_file: Path | None,
    *,
    from_shares: bool,
    as_json: bool,
) -> int:
    """Restore a backup into an empty database that vanishes, and compare.

    The newest needs no identity: the house can open it until the next one is made.
    """
    identity = _identity(identity_file, from_shares=from_shares)
    ended = _run(data, new_run("drill", archive), identity, quiet=as_json)
    return _told(ended, as_json=as_json)


@backup.command(name="list")
@data_option
@json_option
def list_backups(data: Path, *, as_json: bool) -> None:
    """List the backups, oldest first."""

    async def look(work: Work) -> list[dict[str, Any]]:
        place = await asyncio.to_thread(work.place)
        found = [place.shelf.get(each).manifest for each in place.shelf.names("data")]
        return [
            {
                "name": each.name,
                "made_at": each.made_at,
                "tables": each.tables,
                "rows": each.rows,
                "bytes": each.bytes,
                "recipients": each.recipients,
            }
            for each in found
        ]

    found = _with_work(data, look)
    shown = _table(found) if found else "No backup yet. Make one: strongroom backup run"
    tell(found, shown, as_json=as_json)


@backup.command()
@click.argument("archive", required=False)
@data_option
@json_option
def verify(archive: str | None, data: Path, *, as_json: bool) -> None:
    """Find every part of a backup as it was written; this needs no identity."""

    async def look(work: Work) -> dict[str, Any]:
        shelf = work.place().shelf
        found = shelf.get(archive) if archive else shelf.newest("data")
        with _progress("Reading", quiet=as_json) as progress:
            await asyncio.to_thread(
                found.require_whole, lambda done, of: progress("parts", done, of)
            )
        manifest = found.manifest
        return {"name": manifest.name, "parts": len(manifest.parts), "whole": True}

    told = _with_work(data, look)
    words = f"{told['name']}: {told['parts']} parts, each as it was signed"
    tell(told, words, as_json=as_json)


@backup.command()
@click.argument("archive", required=False)
@data_option
@click.option("--profile", default="default", show_default=True, metavar="NAME")
@click.option(
    "--app",
    metavar="MODULE:NAME",
    help="The app that was served with it, whose tables and files come back too.",
)
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
@identity_option
@shares_option
@json_option
def restore(
    archive: str | None,
    data: Path,
    profile: str,
    app: str | None,
    identity_file: Path | None,
    *,
    replace: bool,
    from_shares: bool,
    as_json: bool,
) -> None:
    r"""Bring a backup back, with the server stopped.

    It is restored beside the present database and compared; erased people are erased
    again; only then does it take its place. The present database is kept under another
    name, which is told. With DATABASE_URL, the database there must be empty.

    \b
        strongroom backup restore --identity identity.txt
        strongroom backup restore --shares < shares.txt
        strongroom backup restore --app examples.notes:notes --identity identity.txt
        DATABASE_URL=postgresql://… strongroom backup restore --identity identity.txt
    """
    identity = _identity(identity_file, from_shares=from_shares)
    if identity is None:
        message = "bring the identity: --identity FILE, or --shares."
        raise click.UsageError(message)
    options = Options(
        data=str(data.resolve()),
        profile=profile,
        app=AppName(name=app, folder=str(Path.cwd())) if app else None,
        database="external" if os.environ.get("DATABASE_URL") else "embedded",
    )
    find_product(options)  # An app that cannot be loaded is told before all else.
    with _progress("Restoring", quiet=as_json) as progress:
        told = asyncio.run(
            restore_backup(options, archive, identity, progress, replace=replace)
        )
    if as_json:
        write_json(told)
        return
    click.echo(f"{told['archive']}: {told['rows']} rows in {told['tables']} tables.")
    if told["kept_as"]:
        click.echo(f"What was there is kept as database {told['kept_as']}.")


def _identity(file: Path | None, *, from_shares: bool) -> Identity | None:
    if from_shares:
        lines = [each for each in sys.stdin.read().splitlines() if each.strip()]
        shares = [Share.read(each) for each in lines]
        if not shares:
            message = "no share was given: write them to the standard input"
            raise click.UsageError(message)
        return Identity.from_bytes(combine(shares))
    if file is None:
        return None
    with click.open_file(str(file)) as text:
        return read_identity(text.read())


def _with_work(data: Path, use: Callable[[Work], Awaitable[Result]]) -> Result:
    installation = Installation.running(data)

    async def enter(room: Strongroom) -> Result:
        return await use(backups_of(installation, room))

    return in_house(installation, enter)


def _run(
    data: Path, wanted: BackupRun, identity: Identity | None, *, quiet: bool
) -> BackupRun:
    async def work_on(work: Work) -> BackupRun:
        with _progress(wanted.kind.capitalize(), quiet=quiet) as progress:
            while True:
                try:
                    return await work.take_up(wanted, identity, progress)
                except BackupUnderWay:
                    progress("waits for the one under way", 0, 1)
                    await asyncio.sleep(LOOK_SECONDS)

    return _with_work(data, work_on)


@contextmanager
def _progress(what: str, *, quiet: bool) -> Iterator[Progress]:
    """Lend a way to say how far it is, seen only at a terminal."""
    console = Console(stderr=True, quiet=quiet)
    with console.status(f"{what} …") as status:

        def say(name: str, done: int, of: int) -> None:
            status.update(f"{what} {name} ({done} of {of})")

        yield say


def _told(ended: BackupRun, *, as_json: bool) -> int:
    told = {
        "archive": ended.archive,
        "result": ended.result,
        "reason": ended.reason,
        **ended.report,
    }
    if as_json:
        write_json(told)
    elif ended.result == "failed":
        raise click.ClickException(ended.reason or "it failed")
    else:
        _show(ended)
    return FAILED if ended.result == "failed" else 0


def _show(ended: BackupRun) -> None:
    report, console = ended.report, to_console()
    console.print(Text(str(ended.archive), "bold"))
    if ended.kind == "backup":
        words = f"{report['rows']} rows of {report['tables']} tables"
        console.print(f"{words}, {report['bytes']:,} bytes, in {report['where']}")
        for name in report["removed"]:
            console.print(Text(f"removed {name}", "dim"))
        return
    made = table("Table", "Rows", "Back", "Erased since")
    for each in report["tables"]:
        figures = (each["archived"], each["restored"], each["unreadable"])
        made.add_row(each["table"], *map(str, figures))
    console.print(made)
    opened = ", ".join(report["opened"]) or "no sealed value yet"
    console.print(f"Opened: {opened}. Erased again: {report['erased']}.")
    console.print(Text(f"Restored in {report['seconds']} s, and the same.", "green"))


def _table(found: list[dict[str, Any]]) -> Table:
    listed = table("Backup", "Made", "Rows", "Bytes")
    for each in found:
        made = f"{each['made_at']:%Y-%m-%d %H:%M}"
        listed.add_row(each["name"], made, str(each["rows"]), f"{each['bytes']:,}")
    return listed
