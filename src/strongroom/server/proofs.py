"""Proof that no log file, table or waiting mail holds a secret that somebody sent.

A made-up secret of every known shape goes in by path, query, headers, cookie and
body, as a stranger and as a canary; then every sink is searched for it. What the
redaction cannot know, a secret without a shape or a name, it does not try.
"""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from strongroom.kernel import Domain
from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
    sweep,
)
from strongroom.redaction import (
    Redaction,
    Sample,
    innocent_samples,
    redaction,
    samples,
)
from strongroom.sessions import COOKIE, Sessions

from . import faults, log_lines


SIGN_IN = "/api/v1/sessions"
WRITTEN_SECONDS = 5.0
"""Lines are written together after an instant, by each process its own."""

_UNSENDABLE = re.compile(r"[^!-~]+")
"""What no header may hold; RFC 9110 §5.5."""


@sabotage("the redaction lets everything through", tells="in the log lies")
async def stage_off(twin: Twin) -> None:
    """Return every text as it came."""
    twin.change(type(redaction), "clean", lambda _self, text: text)
    redaction.brief.cache_clear()


@sabotage("one shape is forgotten", tells="JWT")
async def shape_dropped(twin: Twin) -> None:
    """Mask everything but signed tokens."""
    less = [each for each in redaction.shapes if each.name != "signed token"]
    twin.change(redaction, "shapes", tuple(less))


@sabotage("the access log goes around the redaction", tells="log")
async def access_log_bypasses(twin: Twin) -> None:
    """Keep paths as they came."""
    twin.change(redaction, "brief", lambda text: text)


@sabotage("the words of an exception are logged", tells="log")
async def exception_text(twin: Twin) -> None:
    """Let a look-up fail over what was sent, and log what it says."""

    async def find(_self: Any, token: str) -> None:
        raise ValueError(_plain(token))

    twin.change(Sessions, "find", find)
    twin.change(faults, "place_of", str)
    twin.change(log_lines, "redaction", Redaction(()))


@proof(
    "logs.redaction",
    vantage=Vantage.INSIDE,
    sabotages=[stage_off, shape_dropped, access_log_bypasses, exception_text],
)
async def no_secret_reaches_a_sink(lab: Lab) -> Evidence:
    """Send secrets in by every way; find the requests in the log, and no secret."""
    sent = samples()
    async with lab.stranger() as stranger, lab.signed_in("a", "viewer") as canary:
        answers = await send_everywhere(stranger, sent)
        answers += await send_in_paths(canary, sent[::10])
        innocent = [each for each in innocent_samples().values() if " " not in each]
        kept = [await stranger.get(f"/{quote(text)}") for text in innocent]
    told = await lines_about(lab, [*answers, *kept])
    missing = [each for each in kept if told[_id(each)] != each.request.url.path]
    require(not missing, f"{len(missing)} innocent paths are masked in the log")
    log = await asyncio.to_thread(log_text, lab.inside.files[0])
    leaked = [each.name for each in sent if each.core in log and each.text in log]
    require(not leaked, f"in the log lies in the clear: {', '.join(leaked[:3])}")
    for core in cores(sent):
        places = await sweep(lab.inside, core)
        require(not places, f"a secret lies in {', '.join(places)}")
    return Evidence(
        population=len(answers),
        positive=f"the log has a line for each of {len(told)} requests",
        observed={"shapes": len(sent), "innocent": len(kept)},
    )


async def send_everywhere(
    http: httpx.AsyncClient, sent: Sequence[Sample]
) -> list[httpx.Response]:
    """Send each secret in a path, query, header and cookie at once; all in bodies."""
    answers = await send_in_paths(http, sent)
    words = {"email": [each.text for each in sent], "password": {"a": sent[0].text}}
    texts = "\n".join(each.text for each in sent)
    answers.append(await http.post(SIGN_IN, json=words))
    answers.append(await http.post(SIGN_IN, content=texts.encode()))
    return answers


async def send_in_paths(
    http: httpx.AsyncClient, sent: Sequence[Sample]
) -> list[httpx.Response]:
    """Send each secret once, in everything that stands before a body."""
    return [
        await http.get(
            f"/{quote(each.text, safe='')}",
            params={"key": each.text},
            headers={
                "user-agent": _plain(each.text),
                "authorization": f"Bearer {_plain(each.text)}",
                "x-forwarded-for": _plain(each.text),
                "cookie": f"{COOKIE}={_cookie(each.text)}",
            },
        )
        for each in sent
    ]


async def lines_about(lab: Lab, answers: Sequence[httpx.Response]) -> dict[str, str]:
    """Return the logged path of each answer by its request's id.

    Raises:
        Unprovable: the log does not tell of them all.

    """
    wanted = {_id(each) for each in answers}
    deadline = asyncio.get_running_loop().time() + WRITTEN_SECONDS
    while True:
        found = await asyncio.to_thread(_paths_in, lab.inside.files[0], wanted)
        if len(found) == len(wanted):
            return found
        late = asyncio.get_running_loop().time() > deadline
        require_provable(not late, f"the log tells of {len(found)} of {len(wanted)}")
        await asyncio.sleep(0.2)


def cores(sent: Sequence[Sample]) -> list[str]:
    """Return the fewest texts of which one lies in every secret."""
    found: list[str] = []
    for core in sorted({each.core for each in sent}, key=len):
        if not any(known in core for known in found):
            found.append(core)
    return found


_LINE = re.compile(r'"path":"((?:[^"\\]|\\.)*)".*"request_id":"([0-9a-f]{32})"')


def log_text(folder: Path) -> str:
    """Return everything that the log's files hold."""
    files = sorted(folder.glob("*.log*"))
    return "".join(each.read_text(errors="replace") for each in files)


def _paths_in(folder: Path, wanted: set[str]) -> dict[str, str]:
    found = {number: path for path, number in _LINE.findall(log_text(folder))}
    return {number: path for number, path in found.items() if number in wanted}


def _id(answer: httpx.Response) -> str:
    return str(answer.headers.get("x-request-id"))


def _plain(text: str) -> str:
    return _UNSENDABLE.sub(" ", text).strip()


def _cookie(text: str) -> str:
    return _plain(text).replace(";", "").replace(" ", "")


DOMAIN = Domain("logs", proofs=(no_secret_reaches_a_sink,))
