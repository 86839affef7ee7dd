"""Load by wrk: one thread, 32 connections, kept alive; every answer must be a 2xx.

wrk counts answers of 400 and above itself. A redirect or an empty answer would pass
it, so the mean length of an answer must also be that of one checked by hand.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from .compare import in_turns
from .errors import ServerFailed, ToolMissing
from .models import Plan, Sample
from .probe import Answer, ask
from .targets import OK


CONNECTIONS = 32
WARM_UP_SECONDS = 2
LENGTH_TOLERANCE = 0.05
SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Visit:
    """What is asked of a server, again and again."""

    address: str
    path: str
    scratch: Path
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()
    """Cookie header values, used in turn."""

    expected: int = OK
    """The status of each answer."""


class Counted(msgspec.Struct, frozen=True):
    """What `load.lua` prints."""

    answers: int
    microseconds: int
    bytes: int
    refused: int
    broken: int
    p50: int
    p99: int


def require_wrk() -> None:
    """Accept a machine that has what the load needs.

    Raises:
        ToolMissing: wrk or taskset is not installed.

    """
    for program, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if shutil.which(program) is None:
            raise ToolMissing(program, package)


def sample_in_turns(
    plan: Plan, entry: str, visits: Mapping[str, Visit]
) -> list[Sample]:
    """Warm every target up, then visit them in alternating order."""
    for target, visit in visits.items():
        measure(visit, WARM_UP_SECONDS, entry=entry, target=target, number=-1)
    return [
        measure(visits[target], plan.seconds, entry=entry, target=target, number=number)
        for number, target in in_turns(list(visits), plan.rounds)
    ]


def measure(
    visit: Visit, seconds: int, *, entry: str, target: str, number: int
) -> Sample:
    """Return how *target* did in round *number* of *entry*."""
    expected = ask(visit.address, visit.path, _first(visit))
    counted = _run(visit, seconds)
    after = ask(visit.address, visit.path, _first(visit))
    return Sample(
        entry=entry,
        target=target,
        round=number,
        per_second=counted.answers / (counted.microseconds / 1e6),
        p50_ms=counted.p50 / 1000,
        p99_ms=counted.p99 / 1000,
        fault=_fault(visit, counted, expected, after),
    )


def _first(visit: Visit) -> dict[str, str]:
    cookie = {"Cookie": visit.cookies[0]} if visit.cookies else {}
    return {**visit.headers, **cookie}


def _run(visit: Visit, seconds: int) -> Counted:
    cookies = visit.scratch / "cookies"
    cookies.write_text("".join(f"{cookie}\n" for cookie in visit.cookies))
    headers = [f"--header={name}: {text}" for name, text in visit.headers.items()]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += ["-s", str(SCRIPT), *headers, visit.address + visit.path]
    finished = subprocess.run(  # noqa: S603 - the bench's own words only.
        [*command, "--", str(cookies)], capture_output=True, text=True, check=False
    )
    last = finished.stdout.rstrip().rpartition("\n")[2]
    if finished.returncode or not last.startswith("{"):
        message = f"wrk could not load {visit.address}: {finished.stderr.strip()}"
        raise ServerFailed(message)
    return msgspec.json.decode(last, type=Counted)


def _fault(visit: Visit, counted: Counted, *checked: Answer) -> str:
    if counted.refused or counted.broken:
        return f"{counted.refused} answers not 2xx, {counted.broken} broken off"
    statuses = {answer.status for answer in checked}
    if statuses != {visit.expected}:
        return f"answered {sorted(statuses)} by hand"
    mean = counted.bytes / max(counted.answers, 1)
    length = checked[0].length
    if abs(mean - length) > length * LENGTH_TOLERANCE:
        return f"answers of {mean:.0f} bytes where {length} were expected"
    return ""
