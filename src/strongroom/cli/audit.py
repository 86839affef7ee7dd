"""``strongroom audit``: take audit logs out, and verify them without a server."""

import os
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BufferedIOBase
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit
from uuid import UUID

import click
import httpx
import msgspec
from rich.console import Console
from rich.text import Text

from strongroom.audit import EntryFilter, as_it_is, ocsf_lines, spreadsheet
from strongroom.lab import UNTRUSTED, is_untrusted
from strongroom.room import Strongroom
from strongroom.server import Installation
from strongroom.streams import LogStream
from strongroom.tlog import (
    Demand,
    Read,
    TilesBroken,
    Verdict,
    VerifierKey,
    WitnessKey,
    at_address,
    in_folder,
    verify_export,
    verify_tiles,
)

from .house import in_house
from .output import table, to_console, visible, write_json
from .parameters import Number, ask, ca_option, data_option, json_option


DOES_NOT_HOLD = 1
PASSWORD = "STRONGROOM_PASSWORD"  # noqa: S105 - the name of a variable.

FORMS: dict[str, Callable[[AsyncIterator[bytes]], AsyncIterator[Any]]] = {
    "ndjson": as_it_is,
    "csv": spreadsheet,
    "ocsf": ocsf_lines,
}

_file = click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True)
_day = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    r"""Take audit logs out, verify them, see where they are sent.

    \b
        strongroom audit export 0198c5f2-… audit.ndjson
        strongroom audit verify audit.ndjson --key "$(strongroom audit key 0198c5f2-…)"
    """


@audit.command()
@click.argument("log")
@click.option("--key", required=True, help="The public key that you trust.")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=_file,
    multiple=True,
    help="A checkpoint that you kept; what came before it must still be there.",
)
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="KEY",
    help="The public key of a witness that you trust.",
)
@click.option(
    "--witnesses",
    "demanded",
    type=Number(0),
    metavar="N",
    help="Demand that so many of them cosigned; without it, all.",
)
@ca_option("Who vouches for the address, as PEM.")
@click.option(
    "--as",
    "email",
    metavar="EMAIL",
    help="Sign in at the address; the password is asked for, or STRONGROOM_PASSWORD.",
)
@json_option
def verify(
    log: str,
    key: str,
    checkpoints: tuple[Path, ...],
    *,
    witnesses: tuple[str, ...],
    demanded: int | None,
    ca: Path | None,
    email: str | None,
    as_json: bool,
) -> int:
    r"""Verify a log, with nothing but a public key.

    LOG is an exported file, or - for the input; a folder of tiles; or an address such
    as https://app.example.com/api/v1/audit-logs. Tiles hold hashes and no content.

    A checkpoint that you kept from earlier makes a cut or retold history visible;
    without one, only what contradicts itself is found. The same without Strongroom's
    server: python -m strongroom.tlog.

    \b
    Exit codes: 0 it holds, 1 it does not, 2 it could not be read.
    """
    keys = [VerifierKey.parse(key)]
    earlier = [path.read_bytes() for path in checkpoints]
    trusted = [WitnessKey.parse(each) for each in witnesses]
    demand = Demand(trusted, len(trusted) if demanded is None else demanded)
    with _told_of_authority(log), _reading(log, ca, email) as source:
        if isinstance(source, BinaryIO | BufferedIOBase):
            now = datetime.now(UTC)
            lines = export_lines(log, source)
            verdict = verify_export(lines, keys, earlier, now=now, demand=demand)
        else:
            verdict = verify_tiles(source, keys, earlier, demand=demand)
    if as_json:
        write_json(_answer(verdict))
    else:
        _show(verdict, to_console())
    return 0 if verdict.holds else DOES_NOT_HOLD


@contextmanager
def _told_of_authority(log: str) -> Iterator[None]:
    """Name the option where a certificate is in the way."""
    try:
        yield
    except (TilesBroken, httpx.TransportError) as failed:
        if not is_untrusted(failed):
            raise
        message = f"{log} does not answer: {UNTRUSTED}"
        raise click.ClickException(message) from failed


@contextmanager
def _reading(
    log: str, authority: Path | None, email: str | None
) -> Iterator[Read | BinaryIO]:
    """Lend what reads the log: an open file, or a tree's files by their paths."""
    if log.startswith("https://"):
        with signed_in(log, authority, email) as headers:
            yield at_address(log, authority, headers)
    elif Path(log).is_dir():
        yield in_folder(Path(log))
    else:
        with click.open_file(log, "rb") as lines:
            yield cast("BinaryIO", lines)


def export_lines(log: str, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Return the lines of an export, which begins with its checkpoint.

    Raises:
        click.ClickException: it is no export, so that there is nothing to verify.

    """
    rest = iter(lines)
    head = next(rest, b"")
    if not _is_head(head):
        message = f"{log} is no export of a log: its first line holds no checkpoint"
        raise click.ClickException(message)
    return chain([head], rest)


def _is_head(line: bytes) -> bool:
    try:
        return "checkpoint" in msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


@contextmanager
def signed_in(
    url: str, authority: Path | None, email: str | None
) -> Iterator[dict[str, str]]:
    """Lend the header of a session at the server of *url*, ended afterwards."""
    if email is None:
        yield {}
        return
    unheard = f"nobody typed the password: set {PASSWORD}"
    password = os.environ.get(PASSWORD)
    password = password or ask("Password", unheard=unheard, hidden=True)
    tls = ssl.create_default_context(cafile=str(authority) if authority else None)
    # lint: way-out, because a command asks the server that its user names.
    with httpx.Client(verify=tls, trust_env=False, base_url=origin_of(url)) as client:
        form = {"email": email, "password": password}
        answer = client.post("/api/v1/sessions", json=form)
        if not answer.is_success:
            message = f"signing in answers {answer.status_code}: is the password right?"
            raise click.ClickException(message)
        pairs = [f"{name}={value}" for name, value in client.cookies.items()]
        yield {"cookie": "; ".join(pairs)}
        client.delete("/api/v1/session")


def origin_of(url: str) -> str:
    """Return the server of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@audit.command()
@click.argument("organization", type=click.UUID)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMS]),
    default="ndjson",
    show_default=True,
    help="Lines for the verifier, a spreadsheet, or OCSF events.",
)
@click.option("--action", help="Only this action, such as session.create.")
@click.option("--outcome", type=click.Choice(["done", "refused"]), help="Only these.")
@click.option("--actor", help="Only of this address, or account's id.")
@click.option("--target", "thing", help="Only about this kind, or one thing's id.")
@click.option("--since", type=_day, help="From this day on (UTC).")
@click.option("--until", type=_day, help="Up to this day (UTC), it included.")
@data_option
def export(
    organization: UUID, target: Path, form: str, data: Path, **narrowed: Any
) -> None:
    """Write an organization's log to a file that can be verified anywhere.

    Narrowed, each line of it has a proof of its own.
    """
    wanted = _wanted(**narrowed)

    async def write(room: Strongroom) -> int:
        lines = FORMS[form](room.audit_tree.export(organization, wanted=wanted))
        return await _written(target, lines)

    # The first line of the others is no entry: a head, or the headings.
    heads = 0 if form == "ocsf" else 1
    number = in_house(Installation.running(data), write) - heads
    click.echo(f"{target}: {number} entries")


def _wanted(*, until: datetime | None, thing: str | None, **given: Any) -> EntryFilter:
    """Return the filter of the options: whole days in UTC, both included."""
    since: datetime | None = given.pop("since")
    return EntryFilter(
        target=thing,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) + timedelta(days=1) if until else None,
        **given,
    )


@audit.command()
@data_option
@json_option
def streams(data: Path, *, as_json: bool) -> int:
    r"""Show where logs are sent, and how far that is.

    \b
    Exit codes: 0 every stream is well, 1 one is failing.
    """
    installation = Installation.running(data)
    found = in_house(installation, lambda room: room.streams.everywhere())
    if as_json:
        write_json([{**_shown(each), "failure": each.failure} for each in found])
    else:
        _show_streams(found, to_console())
    return int(any(each.state == "failing" for each in found))


@audit.command()
@click.argument("organization", type=click.UUID)
@data_option
def key(organization: UUID, data: Path) -> None:
    """Print the public key that an organization's checkpoints verify with."""

    async def look(room: Strongroom) -> VerifierKey:
        return room.audit_tree.verifier_key(organization)

    click.echo(str(in_house(Installation.running(data), look)))


@audit.command()
@click.argument("organization", type=click.UUID)
@data_option
def checkpoint(organization: UUID, data: Path) -> None:
    """Print an organization's newest checkpoint, to be kept out of our reach."""
    installation = Installation.running(data)
    note = in_house(installation, lambda room: room.audit_tree.checkpoint(organization))
    sys.stdout.buffer.write(note)


async def _written(path: Path, lines: AsyncIterator[Any]) -> int:
    """Write *lines* to a new file; return how many there were."""
    number = 0
    with path.open("xb") as file:
        async for line in lines:
            file.write(line if isinstance(line, bytes) else line.encode())
            number += 1
    return number


def _shown(stream: LogStream) -> dict[str, object]:
    return {
        "organization": str(stream.organization_id),
        "name": stream.name,
        "to": stream.origin,
        "state": stream.state,
        "behind": stream.behind,
    }


def _show_streams(streams: Sequence[LogStream], console: Console) -> None:
    if not streams:
        console.print("No log is sent anywhere. Owners make a stream in the console.")
        return
    made = table(*_shown(streams[0]))
    for each in streams:
        made.add_row(*_shown(each).values())
    console.print(made)
    for each in streams:
        if each.failure:
            console.print(Text(visible(f"{each.name}: {each.failure}"), "red"))


def _answer(verdict: Verdict) -> dict[str, object]:
    return {
        "holds": verdict.holds,
        "origin": verdict.origin,
        "size": verdict.size,
        "entries": verdict.entries,
        "dropped": verdict.dropped,
        "kept_days": verdict.kept.days,
        "checkpoints": verdict.checkpoints,
        "selection": verdict.selection,
        "hashes_only": verdict.hashes_only,
        "witnessed": verdict.witnessed,
        "witnesses": verdict.witnesses,
        "findings": [
            {"what": each.what, "where": each.where, "says": each.says}
            for each in verdict.findings
        ],
    }


def _show(verdict: Verdict, console: Console) -> None:
    console.print(Text(visible(verdict.origin), "bold"))
    for line in _lines(verdict):
        console.print(Text(visible(line), "dim"))
    for finding in verdict.findings:
        said = visible(f"{finding.where}: {finding.says}")
        console.print(Text(finding.what, "bold red"), said)
    words = ("holds", "bold green") if verdict.holds else ("does not hold", "bold red")
    console.print(Text(*words))


def _lines(verdict: Verdict) -> Iterable[str]:
    if verdict.hashes_only:
        yield f"{verdict.size} sealed: every hash, and no content"
    else:
        yield f"{verdict.size} sealed: {verdict.entries} with their content"
    if verdict.dropped:
        yield f"{verdict.dropped} dropped after {verdict.kept.days} days"
    if verdict.witnesses:
        yield f"{verdict.witnessed} witnessed by {', '.join(verdict.witnesses)}"
    if verdict.selection:
        yield "a selection does not show what it leaves out, nor an earlier end"
    elif not verdict.checkpoints and not verdict.witnesses:
        yield "no earlier checkpoint was given: a cut or retold history is not seen"
