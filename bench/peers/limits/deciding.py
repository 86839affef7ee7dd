"""The load of every limiter, ours and theirs: 64 actors in turn, from 16 tasks.

First its word is tried: of more attempts than a budget holds, made at the same moment
by each worker, exactly the budget passes. Then nobody is refused, and what decisions
take is measured.
"""

# ruff: noqa: INP001 - the peer runs from this folder, and has no package.
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles


ACTORS, TASKS = 64, 16
QUOTA = 100
"""Units that the tried budget holds, for a day: none comes back meanwhile."""

ROOMY = 1_000_000
"""Units for a day that nobody uses up."""

IN_A_ROW = 8
"""Decisions for each actor in one run, where one alone is too short to be timed."""

WARM_UP_SECONDS = 0.5

Decide = Callable[[int], Awaitable[bool]]
"""From an actor's number to whether one use of theirs is admitted."""


@dataclass(frozen=True)
class Limiter:
    """A way to limit."""

    workers: Sequence[Decide]
    """Under a budget of QUOTA, one per worker that counts the same budgets."""

    run: Callable[[], Awaitable[int]]
    """Decide a few times under a budget of ROOMY; return how many were admitted."""

    each: int
    """How many decisions a run makes."""


async def tell(limiter: Limiter, seconds: float) -> None:
    """Try *limiter*, measure it for *seconds*, and print figures as JSON.

    Raises:
        ValueError: it admits more or fewer than it should.

    """
    await require_exact(limiter.workers)
    await _keep_asking(limiter, WARM_UP_SECONDS)
    began = time.perf_counter()
    times = await _keep_asking(limiter, seconds)
    elapsed = time.perf_counter() - began
    cuts = quantiles(times, n=100)
    figures = {
        "per_second": len(times) * limiter.each / elapsed,
        "p50_ms": cuts[49] * 1000 / limiter.each,
        "p99_ms": cuts[98] * 1000 / limiter.each,
    }
    print(json.dumps(figures))


async def require_exact(workers: Sequence[Decide]) -> None:
    """Accept that all *workers* together admit an actor as often as its budget says.

    Raises:
        ValueError: they do not.

    """
    for actor in range(2):
        asked = [*workers, workers[0]] * QUOTA
        tries = [decide(actor) for decide in asked]
        admitted = sum(await asyncio.gather(*tries))
        if admitted != QUOTA:
            message = f"{admitted} of {len(tries)} attempts are admitted, not {QUOTA}"
            raise ValueError(message)


async def _keep_asking(limiter: Limiter, seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    tasks = [_ask(limiter, until) for _ in range(TASKS)]
    return [spent for times in await asyncio.gather(*tasks) for spent in times]


async def _ask(limiter: Limiter, until: float) -> list[float]:
    times = []
    while (before := time.perf_counter()) < until:
        admitted = await limiter.run()
        times.append(time.perf_counter() - before)
        if admitted != limiter.each:
            message = f"{limiter.each - admitted} were refused within their budget"
            raise ValueError(message)
        # Whoever needs no other process would never let the next task ask.
        await asyncio.sleep(0)
    return times
