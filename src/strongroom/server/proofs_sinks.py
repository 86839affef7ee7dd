"""Where a secret could come to lie, read once everything that was sent is told of.

Each reader waits until its sink knows of every request, so that a sink which is
behind, or switched off by mistake, cannot pass for a clean one.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from strongroom.lab import Lab, require_provable


WRITTEN_SECONDS = 5.0
"""Lines are written together after an instant, by each process its own."""

LOOK_SECONDS = 0.2
SPANS = "collected.ndjson"
"""In the log folder of a twin: the spans that its collector was sent."""

_LINE = re.compile(r'"path":"((?:[^"\\]|\\.)*)".*"request_id":"([0-9a-f]{32})"')


async def lines_about(lab: Lab, answers: Sequence[httpx.Response]) -> dict[str, str]:
    """Return the logged path of each answer by its request's id.

    Raises:
        Unprovable: the log does not tell of them all.

    """
    wanted = {request_id(each) for each in answers}
    found: dict[str, str] = {}

    async def all_told() -> bool:
        found.update(await asyncio.to_thread(_paths_in, lab.inside.files[0], wanted))
        return len(found) == len(wanted)

    await _until(all_told, lambda: f"the log tells of {len(found)} of {len(wanted)}")
    return found


async def metrics_once(lab: Lab, answers: float) -> str:
    """Return what Prometheus would read, once so many *answers* are counted.

    Raises:
        Unprovable: they are not, or the operator's listener does not answer.

    """
    text = ""

    async def all_counted() -> bool:
        nonlocal text
        text = await metrics_now(lab)
        return counted(text) >= answers

    await _until(
        all_counted, lambda: f"the metrics count {counted(text)} of {answers} answers"
    )
    return text


async def metrics_now(lab: Lab) -> str:
    """Return what Prometheus would read now.

    Raises:
        Unprovable: the operator's listener does not answer.

    """
    operator = lab.inside.operator
    require_provable(operator is not None, "there is no operator's listener")
    async with operator.client() as client:  # type: ignore[union-attr]
        answer = await client.get("/metrics")
    require_provable(answer.is_success, f"/metrics answers {answer.status_code}")
    return answer.text


def counted(text: str) -> float:
    """Return how many answers the metrics in *text* count."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "strongroom_requests_total"
    )


async def spans_about(lab: Lab, answers: Sequence[httpx.Response]) -> str:
    """Return the spans that were exported; none where no collector of ours took them.

    Raises:
        Unprovable: a collector of ours was not told of every answer.

    """
    file = lab.inside.files[0] / SPANS
    if not file.exists():
        return ""
    wanted = {request_id(each) for each in answers}
    text = ""

    async def all_exported() -> bool:
        nonlocal text
        text = await asyncio.to_thread(file.read_text, errors="replace")
        return all(each in text for each in wanted)

    await _until(all_exported, lambda: "the collector was not told of every answer")
    return text


def log_text(folder: Path) -> str:
    """Return everything that the log's files hold."""
    files = sorted(folder.glob("*.log*"))
    return "".join(each.read_text(errors="replace") for each in files)


def request_id(answer: httpx.Response) -> str:
    """Return the id that an answer has in the log."""
    return str(answer.headers.get("x-request-id"))


async def _until(
    happens: Callable[[], Awaitable[bool]], reason: Callable[[], str]
) -> None:
    deadline = asyncio.get_running_loop().time() + WRITTEN_SECONDS
    while not await happens():
        late = asyncio.get_running_loop().time() > deadline
        require_provable(not late, reason())
        await asyncio.sleep(LOOK_SECONDS)


def _paths_in(folder: Path, wanted: set[str]) -> dict[str, str]:
    found = {number: path for path, number in _LINE.findall(log_text(folder))}
    return {number: path for number, path in found.items() if number in wanted}
