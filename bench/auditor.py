"""The writing process of `auditing`, alone on its processor.

Run as ``python -m bench.auditor URL FOLDER ROUNDS SECONDS WITH_OURS``; prints samples
as JSON. What was sealed is verified, so a tree that leaves entries out is not fast.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvloop

from strongroom.audit import HOUSE, Entry, Target
from strongroom.tlog import verify_export

from . import ours
from .compare import in_turns
from .goals import (
    A_MINUTE,
    AUDITED,
    AUDITING,
    PLAIN,
    SEALED_ENTRIES,
    SINGLE_INSERTS,
    VERIFIED,
)
from .isolated_read import ORGANIZATIONS, ROWS
from .models import Sample
from .reader import named


WRITERS = 8
BATCH = 20_000
"""Entries that are stored before each measurement of sealing and verifying."""

PER_SECOND = 1_000_000 / 60
WRITE = "update public.notes set title = $2 where id = $1"

Write = Callable[[UUID, UUID, str], Awaitable[Any]]


async def main(
    url: str, folder: Path, rounds: int, seconds: float, *, with_ours: bool
) -> None:
    """Measure in alternating order and print what was found."""
    rig = await ours.audit_rig(url, WRITERS, folder)
    pool = await asyncpg.create_pool(url, min_size=WRITERS, max_size=WRITERS)
    writes: dict[str, Write] = {PLAIN: _plain(pool)}
    if with_ours:
        writes[AUDITED] = _audited(rig)
    samples = []
    for number, target in in_turns([*writes], rounds):
        samples.append(await _written(writes[target], seconds, target, number))
    for number in range(rounds if with_ours else 0):
        samples += await _grown(rig, seconds, number)
    await pool.close()
    print(msgspec.json.encode(samples).decode())


def _plain(pool: Any) -> Write:
    return lambda _, note, title: pool.execute(WRITE, note, title)


def _audited(rig: ours.AuditRig) -> Write:
    async def write(organization: UUID, note: UUID, title: str) -> None:
        door = rig.log.recording(_entry(organization, note))
        await door.fetchrow(f"{WRITE} returning id", note, title)

    return write


def _entry(organization: UUID, note: UUID) -> Entry:
    return Entry("note.rename", HOUSE, Target("note", str(note)), organization)


async def _written(write: Write, seconds: float, target: str, number: int) -> Sample:
    until = time.perf_counter() + seconds

    async def keep_writing(task: int) -> int:
        dice, done = Random(task), 0  # noqa: S311 - no secret.
        while time.perf_counter() < until:
            row = dice.randrange(ROWS)
            organization = named("organization", row % ORGANIZATIONS)
            await write(organization, named("note", row), f"Note {done}")
            done += 1
        return done

    done = await asyncio.gather(*map(keep_writing, range(WRITERS)))
    return _sample(target, number, sum(done), seconds)


async def _grown(rig: ours.AuditRig, seconds: float, number: int) -> list[Sample]:
    """Insert one by one for a while, then store many, seal them, and verify."""
    organization = named("organization", 0)
    inserted, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        async with rig.db.tenant(organization) as tx:
            await rig.log.record(tx, _entry(organization, organization))
        inserted += 1
    while await rig.tree.seal():  # What the writers left, in a hundred trees.
        continue
    await rig.store(organization, BATCH)
    began, sealed = time.perf_counter(), 0
    while more := await rig.tree.seal():
        sealed += more
    took = time.perf_counter() - began
    lines = [line async for line in rig.tree.export(organization)]
    began = time.perf_counter()
    key = rig.tree.verifier_key(organization)
    verdict = verify_export(lines, [key], now=datetime.now(UTC))
    verifying = time.perf_counter() - began
    if not verdict.holds or verdict.entries < BATCH:
        message = f"the tree does not hold: {verdict.findings[:1]}"
        raise ValueError(message)
    return [
        _sample(SINGLE_INSERTS, number, inserted, seconds),
        _sample(SEALED_ENTRIES, number, sealed, took),
        _sample(VERIFIED, number, verdict.entries, verifying),
        _sample(A_MINUTE, number, PER_SECOND, 1),
    ]


def _sample(target: str, number: int, done: float, seconds: float) -> Sample:
    each = 1000 * seconds / max(done, 1)
    return Sample(AUDITING, target, number, done / seconds, each, each)


if __name__ == "__main__":
    url, folder, rounds, seconds, with_ours = sys.argv[1:]
    uvloop.run(
        main(url, Path(folder), int(rounds), float(seconds), with_ours=with_ours == "1")
    )
