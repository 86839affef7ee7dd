"""Runs a proof the way that makes it mean something.

First against the target. Then, against a throwaway twin: unbroken, where it must
hold, and once per sabotage, where it must fail and say why. A proof that survives a
sabotage, or fails for another reason, has no teeth, and its claim is not proved.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

import httpx

from strongroom.kernel import Clock, Unavailable, utc_now

from .answering import why_silent
from .errors import Contradicted, Unprovable
from .lab import Lab
from .proof import Evidence, Proof, Sabotage


Result = Literal["passed", "failed", "unprovable"]

PATIENCE_SECONDS = 120
"""A proof that takes longer has shown nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of a proof ended."""

    result: Result
    started_at: datetime
    finished_at: datetime
    reason: str | None = None
    population: int = 0
    positive: str | None = None
    observed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bite:
    """Whether a proof noticed one sabotage, and what it said."""

    what: str
    caught: bool
    said: str


class TwinServer(Protocol):
    """A running twin, seen from the prover."""

    @property
    def lab(self) -> Lab:
        """A lab that looks at the twin."""

    def broken(
        self, proof: Proof, sabotage: Sabotage
    ) -> AbstractAsyncContextManager[None]:
        """Break the twin as *sabotage* says for as long as the context is open."""


Attempt = Callable[[], Awaitable[Evidence]]


async def run_proof(
    proof: Proof, lab: Lab, expect: Mapping[str, Any], clock: Clock = utc_now
) -> Outcome:
    """Run *proof* once; every way it can end is an outcome, none is an error."""
    try:
        async with lab.alone():
            return await _run(proof, lab, expect, clock)
    except Unavailable as away:
        return Outcome("unprovable", clock(), clock(), str(away))


async def _run(
    proof: Proof, lab: Lab, expect: Mapping[str, Any], clock: Clock
) -> Outcome:
    started = clock()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            evidence = await proof.run(lab, **expect)
    except Exception as failed:  # noqa: BLE001 - a proof that breaks proves nothing.
        return _ended_by(_cause(failed), started, clock())
    if evidence.population < 1:
        reason = "there was nothing to look at"
        return Outcome("unprovable", started, clock(), reason)
    return Outcome(
        "passed",
        started,
        clock(),
        population=evidence.population,
        positive=evidence.positive,
        observed=evidence.observed,
    )


async def bite(proof: Proof, twin: TwinServer, expect: Mapping[str, Any]) -> list[Bite]:
    """Return how *proof* fares against each of its sabotages."""
    unbroken = await run_proof(proof, twin.lab, expect)
    if unbroken.result != "passed":
        said = f"the unbroken twin: {unbroken.result}, {unbroken.reason}"
        return [Bite(each.what, caught=False, said=said) for each in proof.sabotages]
    return [await _bite_one(proof, each, twin, expect) for each in proof.sabotages]


async def _bite_one(
    proof: Proof, sabotage: Sabotage, twin: TwinServer, expect: Mapping[str, Any]
) -> Bite:
    async with twin.broken(proof, sabotage):
        outcome = await run_proof(proof, twin.lab, expect)
    said = outcome.reason or "nothing: the proof held"
    caught = outcome.result == "failed" and sabotage.tells.lower() in said.lower()
    return Bite(sabotage.what, caught, said)


def _ended_by(cause: Exception, started: datetime, finished: datetime) -> Outcome:
    if isinstance(cause, Contradicted):
        return Outcome("failed", started, finished, str(cause))
    return Outcome("unprovable", started, finished, _reason(cause))


def _cause(failed: Exception) -> Exception:
    """Return what a task of a group met: the group says only that one met something.

    Where several did, the first counts; a contradiction goes before all.
    """
    if not isinstance(failed, ExceptionGroup):
        return failed
    causes = [_cause(each) for each in failed.exceptions]
    return next((each for each in causes if isinstance(each, Contradicted)), causes[0])


def _reason(failed: Exception) -> str:
    if isinstance(failed, Unprovable):
        return str(failed)
    if isinstance(failed, TimeoutError):
        return f"it took longer than {PATIENCE_SECONDS} s"
    if isinstance(failed, httpx.TransportError):
        return f"the target does not answer: {why_silent(failed)}"
    return f"the proof broke: {type(failed).__name__}: {failed}"
