"""``strongroom audit``: take audit logs out, and verify them without a server."""

import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.text import Text

from strongroom.room import Strongroom
from strongroom.server import Installation
from strongroom.tlog import Verdict, VerifierKey, verify_export

from .parameters import data_option, json_option


DOES_NOT_HOLD = 1

_file = click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True)


@click.group()
def audit() -> None:
    r"""Take audit logs out, and verify them without a server.

    \b
        strongroom audit export 0198c5f2-… audit.ndjson
        strongroom audit verify audit.ndjson --key "$(strongroom audit key 0198c5f2-…)"
    """


@audit.command()
@click.argument("export", type=_file)
@click.option("--key", required=True, help="The public key that you trust.")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=_file,
    multiple=True,
    help="A checkpoint that you kept; what came before it must still be there.",
)
@json_option
def verify(
    export: Path, key: str, checkpoints: tuple[Path, ...], *, as_json: bool
) -> int:
    r"""Verify an exported log, with nothing but the file and a public key.

    A checkpoint that you kept from earlier makes a cut or retold history visible;
    without one, only what contradicts itself is found. The same without Strongroom's
    server: python -m strongroom.tlog.

    \b
    Exit codes: 0 it holds, 1 it does not, 2 it could not be read.
    """
    trusted = VerifierKey.parse(key)
    earlier = [path.read_bytes() for path in checkpoints]
    with click.open_file(str(export), "rb") as lines:
        verdict = verify_export(lines, [trusted], earlier, now=datetime.now(UTC))
    if as_json:
        click.echo(msgspec.json.encode(_answer(verdict)).decode())
    else:
        _show(verdict, Console(soft_wrap=True, highlight=False))
    return 0 if verdict.holds else DOES_NOT_HOLD


@audit.command()
@click.argument("organization", type=click.UUID)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def export(organization: UUID, target: Path, data: Path) -> None:
    """Write an organization's whole log to a file that can be verified anywhere."""
    number = asyncio.run(_export(Installation.running(data), organization, target))
    click.echo(f"{target}: {number - 1} entries")


@audit.command()
@click.argument("organization", type=click.UUID)
@data_option
def key(organization: UUID, data: Path) -> None:
    """Print the public key that an organization's checkpoints verify with."""
    click.echo(str(asyncio.run(_key(Installation.running(data), organization))))


@audit.command()
@click.argument("organization", type=click.UUID)
@data_option
def checkpoint(organization: UUID, data: Path) -> None:
    """Print an organization's newest checkpoint, to be kept out of our reach."""
    note = asyncio.run(_checkpoint(Installation.running(data), organization))
    sys.stdout.buffer.write(note)


async def _export(installation: Installation, organization: UUID, path: Path) -> int:
    number = 0
    async with Strongroom(installation.room_settings(), installation.keys) as room:
        with path.open("xb") as file:
            async for line in room.audit_tree.export(organization):
                file.write(line)
                number += 1
    return number


async def _key(installation: Installation, organization: UUID) -> VerifierKey:
    async with Strongroom(installation.room_settings(), installation.keys) as room:
        return room.audit_tree.verifier_key(organization)


async def _checkpoint(installation: Installation, organization: UUID) -> bytes:
    async with Strongroom(installation.room_settings(), installation.keys) as room:
        return await room.audit_tree.checkpoint(organization)


def _answer(verdict: Verdict) -> dict[str, object]:
    return {
        "holds": verdict.holds,
        "origin": verdict.origin,
        "size": verdict.size,
        "entries": verdict.entries,
        "dropped": verdict.dropped,
        "kept_days": verdict.kept.days,
        "checkpoints": verdict.checkpoints,
        "findings": [
            {"what": each.what, "where": each.where, "says": each.says}
            for each in verdict.findings
        ],
    }


def _show(verdict: Verdict, console: Console) -> None:
    console.print(Text(verdict.origin, "bold"))
    for line in _lines(verdict):
        console.print(Text(line, "dim"))
    for finding in verdict.findings:
        console.print(
            Text(finding.what, "bold red"), f"{finding.where}: {finding.says}"
        )
    words = ("holds", "bold green") if verdict.holds else ("does not hold", "bold red")
    console.print(Text(*words))


def _lines(verdict: Verdict) -> Iterable[str]:
    yield f"{verdict.size} sealed: {verdict.entries} with their content"
    if verdict.dropped:
        yield f"{verdict.dropped} dropped after {verdict.kept.days} days"
    if not verdict.checkpoints:
        yield "no earlier checkpoint was given: a cut or retold history is not seen"
