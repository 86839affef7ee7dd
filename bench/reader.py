"""The reading process of `isolated_read`: 16 tasks over 8 connections, on uvloop.

Run as ``python -m bench.reader URL ROUNDS SECONDS WITH_OURS``; prints samples as
JSON. Every row read is checked, so a read that sees nothing cannot look fast.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import md5
from itertools import cycle
from random import Random
from statistics import quantiles
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvloop

from . import ours
from .compare import in_turns
from .goals import ISOLATED_READ, OURS, PLAIN_POOL, RESET_POOL
from .isolated_read import ORGANIZATIONS, ROWS
from .models import Sample


TASKS, CONNECTIONS = 16, 8
NOTES_PER_TASK = 1000
WARM_UP_SECONDS = 1
READ = "select id, organization_id, title, body from public.notes where id = $1"

Read = Callable[[UUID, UUID], Awaitable[Any]]
"""From an organization and a note's id to the note's row."""


class WrongRow(Exception):
    """A read returned another row than the one asked for, or none."""


async def main(url: str, rounds: int, seconds: float, *, with_ours: bool) -> None:
    """Measure in alternating order and print what was found."""
    async with _reads(url, with_ours=with_ours) as reads:
        for read in reads.values():
            await _sample(read, WARM_UP_SECONDS, "", -1)
        samples = [
            await _sample(reads[target], seconds, target, number)
            for number, target in in_turns(list(reads), rounds)
        ]
    print(msgspec.json.encode(samples).decode())


@asynccontextmanager
async def _reads(url: str, *, with_ours: bool) -> AsyncIterator[dict[str, Read]]:
    reads: dict[str, Read] = {}
    if with_ours:
        reads[OURS] = _isolated(await ours.tenant_read_rig(url, CONNECTIONS))
    async with _pool(url, reset=_leave) as plain, _pool(url) as as_it_comes:
        reads[PLAIN_POOL] = _plain(plain)
        reads[RESET_POOL] = _plain(as_it_comes)
        yield reads


def _pool(url: str, **options: Any) -> Any:
    return asyncpg.create_pool(
        url, min_size=CONNECTIONS, max_size=CONNECTIONS, **options
    )


async def _leave(_: Any) -> None:
    """Reset nothing between uses: the faster way to run the plain pool."""


def _plain(pool: Any) -> Read:
    return lambda _, note: pool.fetchrow(READ, note)


def _isolated(doors: Any) -> Read:
    return lambda organization, note: doors.tenant(organization).fetchrow(READ, note)


async def _sample(read: Read, seconds: float, target: str, number: int) -> Sample:
    lists = [_list(Random(task)) for task in range(TASKS)]  # noqa: S311 - no secret.
    started = time.perf_counter()
    tasks = [_keep_reading(read, notes, started + seconds) for notes in lists]
    times = [spent for task in await asyncio.gather(*tasks) for spent in task]
    elapsed = time.perf_counter() - started
    cuts = quantiles(times, n=100)
    return Sample(
        entry=ISOLATED_READ,
        target=target,
        round=number,
        per_second=len(times) / elapsed,
        p50_ms=cuts[49] * 1000,
        p99_ms=cuts[98] * 1000,
    )


async def _keep_reading(
    read: Read, notes: list[tuple[UUID, UUID]], until: float
) -> list[float]:
    times: list[float] = []
    for organization, note in cycle(notes):
        before = time.perf_counter()
        if before > until:
            break
        row = await read(organization, note)
        times.append(time.perf_counter() - before)
        if row is None or row["id"] != note:
            raise WrongRow
    return times


def _list(dice: Random) -> list[tuple[UUID, UUID]]:
    numbers = [dice.randrange(ROWS) for _ in range(NOTES_PER_TASK)]
    return [
        (named("organization", number % ORGANIZATIONS), named("note", number))
        for number in numbers
    ]


def named(kind: str, number: int) -> UUID:
    """Return the identifier that md5() gives in the table's filling: no secret."""
    return UUID(md5(f"{kind} {number}".encode(), usedforsecurity=False).hexdigest())


if __name__ == "__main__":
    url, rounds, seconds, with_ours = sys.argv[1:]
    uvloop.run(main(url, int(rounds), float(seconds), with_ours=with_ours == "1"))
