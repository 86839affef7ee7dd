"""The library `limits` in memory or on Redis, by the fastest of its strategies.

Run as ``python hits.py memory SECONDS`` or ``python hits.py URL-OF-REDIS SECONDS``.
"""

# ruff: noqa: INP001 - run from this folder, as its process's top module.
import secrets
import sys
from itertools import cycle

import uvloop
from deciding import ACTORS, IN_A_ROW, QUOTA, ROOMY, Decide, Limiter, tell
from limits import RateLimitItemPerDay
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter as SharedWindow
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


ACTOR_NAMES = [f"{secrets.token_hex(4)}-{number}" for number in range(ACTORS)]
"""Of this process alone: what others have used up is kept for a day."""

TRIED = RateLimitItemPerDay(QUOTA, namespace="tried")
MEASURED = RateLimitItemPerDay(ROOMY, namespace="measured")


def in_memory() -> Limiter:
    """Return the limiter of one process."""
    hit, actors = FixedWindowRateLimiter(MemoryStorage()).hit, ACTOR_NAMES * IN_A_ROW

    async def decide(actor: int) -> bool:
        return hit(TRIED, ACTOR_NAMES[actor])

    async def run() -> int:
        admitted = 0
        for actor in actors:
            admitted += hit(MEASURED, actor)
        return admitted

    return Limiter([decide], run, len(actors))


def on_redis(url: str) -> Limiter:
    """Return the limiter of all processes that know *url*."""
    hit = _window(url).hit
    actors = cycle(ACTOR_NAMES)

    async def run() -> int:
        return await hit(MEASURED, next(actors))

    return Limiter([_decider(_window(url)), _decider(_window(url))], run, 1)


def _window(url: str) -> SharedWindow:
    # Measured, the faster of its clients: with hiredis, 1.3 times the default one.
    return SharedWindow(RedisStorage(url, implementation="redispy"))


def _decider(window: SharedWindow) -> Decide:
    async def decide(actor: int) -> bool:
        return await window.hit(TRIED, ACTOR_NAMES[actor])

    return decide


async def main(where: str, seconds: float) -> None:
    """Measure."""
    await tell(in_memory() if where == "memory" else on_redis(where), seconds)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], float(sys.argv[2])))
