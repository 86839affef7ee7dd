"""``strongroom prove``: run the proofs, break the controls, say what holds."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from strongroom.claims import Claim, Profile, load_profile
from strongroom.lab import Lab, Outcome, find_silence
from strongroom.server import (
    Installation,
    NotRunning,
    Proving,
    proving_inside,
    proving_outside,
    selected,
)
from strongroom.trust import Standing, Status, answer_claims

from .output import visible, warn, write_json
from .parameters import ca_option, json_option


GOOD, FAILING, UNPROVEN, NOTHING = 0, 1, 3, 5

_LOOKS = {
    Status.PROVED: "bold green",
    Status.FAILING: "bold red",
    Status.UNPROVEN: "yellow",
    Status.STALE: "yellow",
    Status.EXPIRED: "yellow",
}


@click.command()
@click.argument("url", required=False)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="STRONGROOM_DATA",
    metavar="DIR",
    help="The running server's data folder, for proofs from inside.",
)
@click.option(
    "--profile", metavar="NAME", help="Whose claims.  [default: the server's]"
)
@click.option(
    "-k", "expression", metavar="EXPR", help="Only claims such as 'edge or tls'."
)
@ca_option("An authority to trust besides the system's.")
@click.option(
    "--again", is_flag=True, help="Break each control again, whatever was seen today."
)
@json_option
def prove(
    url: str | None,
    data: Path | None,
    profile: str | None,
    expression: str | None,
    ca: Path | None,
    *,
    again: bool,
    as_json: bool,
) -> int:
    r"""Run the proofs of the security page, and break each control on purpose.

    With the data folder of a running server every proof runs, and the evidence is
    signed and kept. With an address alone the proofs from outside run against any
    site, ours or not. The controls are broken in a throwaway twin, never in the
    server that is looked at; one that the server broke and saw caught within a day,
    on this very build, is not broken again without --again.

    \b
        strongroom prove                              the server on ./data
        strongroom prove -k "edge and not csp"        some claims
        strongroom prove https://example.com          from outside, any site
        strongroom prove --json > claims.json         for programs

    Exit codes: 0 everything holds, 1 something is false, 2 it could not be asked,
    3 something is unproven or stale, 5 nothing was proved.
    """
    opened, page = _open(url, data, profile, ca, again=again)
    claims = selected(page, expression)
    if not claims:
        warn(f"no claim matches -k {expression!r}; without -k each is shown by its id")
    return asyncio.run(_run(opened, page, claims, as_json=as_json))


def _open(
    url: str | None,
    data: Path | None,
    name: str | None,
    ca: Path | None,
    *,
    again: bool,
) -> tuple[AbstractAsyncContextManager[Proving], Profile]:
    if url is not None and not url.startswith("https://"):
        message = "the address must begin with https://"
        raise click.UsageError(message)
    if data is None and url is not None:
        page = load_profile(name or "default")
        return proving_outside(Lab(url, authority=ca), page), page
    try:
        installation = Installation.running(data or Path("data"))
    except NotRunning as reason:
        message = f"{reason}. Or give the address of a site."
        raise click.UsageError(message) from None
    page = load_profile(name) if name else installation.profile
    return proving_inside(installation, url, page, again=again), page


async def _run(
    opened: AbstractAsyncContextManager[Proving],
    page: Profile,
    claims: Sequence[Claim],
    *,
    as_json: bool,
) -> int:
    console = Console(soft_wrap=True, highlight=False, quiet=as_json)
    standings = []
    with console.status("Looking at the page …") as status:
        async with opened as proving:
            # Programs are told of each claim; people need not read a hundred times why.
            silent = None if as_json else await _silence(proving)
            if silent:
                warn(silent)
                return NOTHING
            console.print(_head(page, proving.lab.url, len(claims)))
            width = max((len(claim.id) for claim in claims), default=0)
            for claim in claims:
                status.update(f"Proving {claim.id} …")
                standing, outcome = await proving.claim(claim)
                standings.append(standing)
                console.print(_line(standing, outcome, width))
    code = exit_code(standings)
    console.print(_foot(standings, code))
    if as_json:
        write_json(answer_claims(standings))
    return code


async def _silence(proving: Proving) -> str | None:
    """Return why nobody can connect to a site of which an address is all we have."""
    return await find_silence(proving.lab) if proving.trust is None else None


def exit_code(standings: Sequence[Standing]) -> int:
    """Return the worst that *standings* hold, as an exit code."""
    found = {standing.status for standing in standings}
    if Status.FAILING in found:
        return FAILING
    if Status.PROVED not in found:
        return NOTHING
    return UNPROVEN if found & {Status.UNPROVEN, Status.STALE, Status.EXPIRED} else GOOD


def _head(page: Profile, target: str, claims: int) -> Text:
    return Text.assemble(
        ("page ", "dim"), page.name, ("   claims ", "dim"), str(claims),
        ("   target ", "dim"), target,
    )  # fmt: skip


def _line(standing: Standing, outcome: Outcome | None, width: int) -> Text:
    line = Text(standing.claim.id.ljust(width + 2))
    look = _LOOKS.get(standing.status, "cyan")
    line.append(standing.status.value.upper().ljust(10), look)
    if outcome is not None:
        took = (outcome.finished_at - outcome.started_at).total_seconds()
        line.append(f"{took:6.2f} s", "dim")
    if outcome is not None and standing.status is Status.PROVED:
        line.append(f"  n={outcome.population:<4} {_teeth(standing)}", "dim")
    elif standing.reason:
        line.append(f"  {visible(standing.reason)}", "dim" if outcome is None else look)
    return line


def _teeth(standing: Standing) -> str:
    record = standing.latest.sabotage if standing.latest else None
    bites = record.bites if record else ()
    caught = sum(1 for bite in bites if bite["caught"])
    return f"sabotage: {caught} of {len(bites)} caught"


def _foot(standings: Sequence[Standing], code: int) -> Text:
    counts = answer_claims(list(standings)).counts
    shown = {"failing": 0, "unproven": 0, "proved": 0, **counts}
    words = ", ".join(f"{number} {word}" for word, number in shown.items())
    look = {GOOD: "bold green", FAILING: "bold red"}.get(code, "bold yellow")
    return Text.assemble((words, look), (f"   exit {code}", "dim"))
