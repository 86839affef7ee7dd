"""Proof that no log, metric, span, table or mail holds a secret that somebody sent.

A made-up secret of every known shape goes in by path, query, headers, cookie and
body, as a stranger and as a canary; then every sink is searched for it. What the
redaction cannot know, a secret without a shape or a name, it does not try.
"""

import asyncio
import json
import re
from collections.abc import Sequence
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
    sabotage,
    sweep,
)
from strongroom.middleware import Scope
from strongroom.redaction import (
    Redaction,
    Sample,
    innocent_samples,
    redaction,
    samples,
)
from strongroom.sessions import COOKIE, Sessions

from . import endings, faults, log_lines, metrics
from .metrics import Meter
from .proofs_sinks import (
    counted,
    lines_about,
    log_text,
    metrics_now,
    metrics_once,
    request_id,
    spans_about,
)


SIGN_IN = "/api/v1/sessions"
_UNSENDABLE = re.compile(r"[^!-~]+")
"""What no header may hold; RFC 9110 §5.5."""


@sabotage("the redaction lets everything through", tells="in the log lies")
async def stage_off(twin: Twin) -> None:
    """Return every text as it came."""
    twin.change(type(redaction), "clean", lambda _self, text: text)
    redaction.brief.cache_clear()


@sabotage("one shape is forgotten", tells="in the clear: JWT")
async def shape_dropped(twin: Twin) -> None:
    """Mask everything but signed tokens."""
    less = [each for each in redaction.shapes if each.name != "signed token"]
    twin.change(redaction, "shapes", tuple(less))


@sabotage("the access log goes around the redaction", tells="in the log lies")
async def access_log_bypasses(twin: Twin) -> None:
    """Keep paths as they came."""
    twin.change(redaction, "brief", lambda text: text)


@sabotage("the words of an exception are logged", tells="in the log lies")
async def exception_text(twin: Twin) -> None:
    """Let a look-up fail over what was sent, and log what it says."""

    async def find(_self: Any, token: str) -> None:
        raise ValueError(_plain(token))

    twin.change(Sessions, "find", find)
    twin.change(faults, "place_of", str)
    twin.change(log_lines, "redaction", Redaction(()))


@sabotage("a metric is labelled by what was sent", tells="in the metrics lies")
async def label_by_path(twin: Twin) -> None:
    """Count answers by their paths, and let every label through."""
    note = Meter.note

    def by_path(self: Meter, scope: Scope, status: int, seconds: float) -> None:
        note(self, {**scope, "path_template": scope["path"]}, status, seconds)

    twin.change(Meter, "note", by_path)
    twin.change(metrics, "label", str)


@sabotage("spans go around the redaction", tells="in the exported spans lies")
async def spans_bypass(twin: Twin) -> None:
    """Export every text as it came."""
    twin.change(endings, "told", str)


@proof(
    "logs.redaction",
    vantage=Vantage.INSIDE,
    sabotages=[
        stage_off,
        shape_dropped,
        access_log_bypasses,
        exception_text,
        label_by_path,
        spans_bypass,
    ],
)
async def no_secret_reaches_a_sink(lab: Lab) -> Evidence:
    """Send secrets in by every way; find the requests in each sink, and no secret."""
    sent, before = samples(), counted(await metrics_now(lab))
    async with lab.stranger() as stranger, lab.signed_in("a", "viewer") as canary:
        answers = await send_everywhere(stranger, sent)
        answers += await send_in_paths(canary, sent[::10])
        innocent = [each for each in innocent_samples().values() if " " not in each]
        kept = [await stranger.get(f"/{quote(text)}") for text in innocent]
    told = await lines_about(lab, [*answers, *kept])
    missing = [each for each in kept if told[request_id(each)] != each.request.url.path]
    require(not missing, f"{len(missing)} innocent paths are masked in the log")
    sinks = {
        "log": await asyncio.to_thread(log_text, lab.inside.files[0]),
        "metrics": await metrics_once(lab, before + len(told)),
        "exported spans": await spans_about(lab, [*answers, *kept]),
    }
    for sink, text in sinks.items():
        leaked = [each.name for each in sent if lies_in(text, each)]
        require(not leaked, f"in the {sink} lies in the clear: {', '.join(leaked[:3])}")
    for core in cores(sent):
        places = await sweep(lab.inside, core)
        require(not places, f"a secret lies in {', '.join(places)}")
    return Evidence(
        population=len(answers),
        positive=f"the log and the metrics know of each of {len(told)} requests",
        observed={
            "shapes": len(sent),
            "innocent": len(kept),
            "spans": sinks["exported spans"].count('"spanId"'),
        },
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
    """Send each secret in everything that stands before a body.

    Twice, because a bearer beside a cookie is refused before anybody is looked up.
    """
    return [
        await http.get(
            f"/{quote(each.text, safe='')}",
            params={"key": each.text},
            headers={
                "user-agent": _plain(each.text),
                "x-forwarded-for": _plain(each.text),
                **credential,
            },
        )
        for each in sent
        for credential in (
            {"authorization": f"Bearer {_plain(each.text)}"},
            {"cookie": f"{COOKIE}={_cookie(each.text)}"},
        )
    ]


def cores(sent: Sequence[Sample]) -> list[str]:
    """Return the fewest texts of which one lies in every secret."""
    found: list[str] = []
    for core in sorted({each.core for each in sent}, key=len):
        if not any(known in core for known in found):
            found.append(core)
    return found


def lies_in(text: str, sample: Sample) -> bool:
    """Say whether *text* holds a secret whole, as it is or escaped."""
    return sample.core in text and (
        sample.text in text or json.dumps(sample.text)[1:-1] in text
    )


def _plain(text: str) -> str:
    return _UNSENDABLE.sub(" ", text).strip()


def _cookie(text: str) -> str:
    return _plain(text).replace(";", "").replace(" ", "")


DOMAIN = Domain("logs", proofs=(no_secret_reaches_a_sink,))
