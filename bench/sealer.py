"""The sealing process of `sealing`, alone on its processor.

Run as ``python -m bench.sealer URL ROUNDS SECONDS WITH_OURS``; prints samples as JSON.
Every value is opened once before the run, so nothing that fails can look fast.
"""

import os
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import uvloop
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto import Column, SealingKeys

from .compare import in_turns
from .goals import (
    BARE_OPEN,
    BARE_SEAL,
    OPEN,
    PLAIN_ROW,
    SEAL,
    SEALED_ROW,
    SEALING,
)
from .models import Sample


KIB = 1024
CALLS = 200
"""So many calls are timed together: one takes less than reading the clock twice."""

PUT = (
    "insert into public.secrets (id, body) values ($1, $2)"
    " on conflict (id) do update set body = excluded.body"
)
GET = "select body from public.secrets where id = $1"

Work = Callable[[], Awaitable[None]]


async def main(url: str, rounds: int, seconds: float, *, with_ours: bool) -> None:
    """Measure in alternating order and print what was found."""
    connection = await asyncpg.connect(url)
    works = _works(connection, with_ours=with_ours)
    for work in works.values():
        await work()
    samples = [
        await _sample(works[target], seconds, target, number)
        for number, target in in_turns(list(works), rounds)
    ]
    await connection.close()
    print(msgspec.json.encode(samples).decode())


def _works(connection: Any, *, with_ours: bool) -> dict[str, Work]:
    key, plain, row = os.urandom(32), os.urandom(KIB), uuid4()
    cipher, nonce = AESGCM(key), os.urandom(12)
    body = cipher.encrypt(nonce, plain, None)
    works = {
        BARE_SEAL: _often(lambda: cipher.encrypt(os.urandom(12), plain, None)),
        BARE_OPEN: _often(lambda: cipher.decrypt(nonce, body, None)),
        PLAIN_ROW: _row(connection, row, lambda: plain, lambda stored: stored, plain),
    }
    if with_ours:
        column = _column(cipher)
        sealed = column.seal(row, plain)
        works |= {
            SEAL: _often(lambda: column.seal(row, plain)),
            OPEN: _often(lambda: column.open(row, sealed)),
            SEALED_ROW: _row(
                connection,
                row,
                lambda: column.seal(row, plain),
                lambda stored: column.open(row, stored),
                plain,
            ),
        }
    return works


def _column(cipher: AESGCM) -> Column:
    far = time.monotonic() + 86_400  # One lease for the whole run; it is still checked.
    return SealingKeys(b"organization", {7: cipher}, 7, far).column("secrets", "body")


def _often(call: Callable[[], bytes]) -> Work:
    async def work() -> None:
        for _ in range(CALLS):
            call()

    return work


def _row(
    connection: Any,
    row: UUID,
    seal: Callable[[], bytes],
    open_stored: Callable[[bytes], bytes],
    plain: bytes,
) -> Work:
    async def work() -> None:
        await connection.execute(PUT, row, seal())
        if open_stored(await connection.fetchval(GET, row)) != plain:
            message = "a row came back as something else"
            raise ValueError(message)

    return work


async def _sample(work: Work, seconds: float, target: str, number: int) -> Sample:
    calls = CALLS if target not in {PLAIN_ROW, SEALED_ROW} else 1
    times: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        before = time.perf_counter()
        await work()
        times.append((time.perf_counter() - before) / calls)
    cuts = quantiles(times, n=100)
    return Sample(
        entry=SEALING,
        target=target,
        round=number,
        per_second=len(times) / sum(times),
        p50_ms=cuts[49] * 1000,
        p99_ms=cuts[98] * 1000,
    )


if __name__ == "__main__":
    url, rounds, seconds, with_ours = sys.argv[1:]
    uvloop.run(main(url, int(rounds), float(seconds), with_ours=with_ours == "1"))
