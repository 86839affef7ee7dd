"""The deciding process of `limiting`, ours, alone on its processor.

Run as ``python -m bench.limiter memory SECONDS`` or ``python -m bench.limiter shared
SECONDS``, with the environment of a place; prints figures as JSON. A read is decided
in memory and a sign-in in Postgres, each by the verb that stands in front of all
routes, with all that an answer's headers tell of it.
"""

import secrets
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from ipaddress import IPv4Address
from itertools import cycle

import uvloop

from strongroom.kernel import NOWHERE, Caller, Origin
from strongroom.limits import LimitReached, Limits

from . import ours
from .peers.limits.deciding import ACTORS, IN_A_ROW, QUOTA, ROOMY, Decide, Limiter, tell


READ, SIGN_IN = "session.read", "session.create"
ADDRESSES = [Origin(str(IPv4Address(secrets.randbits(32)))) for _ in range(ACTORS)]
"""Of this process alone: what others have used up is kept for a day."""


async def main(where: str, seconds: float) -> None:
    """Measure."""
    async with AsyncExitStack() as stack:
        measured, *tried = [
            await stack.enter_async_context(ours.limited_room(f"{quota}/1d"))
            for quota in (ROOMY, QUOTA, QUOTA)
        ]
        gates = [room.limits for room in tried]
        if where == "memory":
            callers = await ours.callers(measured, ACTORS)
            limiter = _in_memory(measured.limits, gates[0], callers)
        else:
            limiter = _in_postgres(measured.limits, gates)
        await tell(limiter, seconds)


def _in_memory(measured: Limits, tried: Limits, callers: Sequence[Caller]) -> Limiter:
    admit, asking = measured.admit_read, [*callers] * IN_A_ROW

    async def run() -> int:
        admitted = 0
        for caller in asking:
            admitted += len(admit(READ, NOWHERE, caller))
        return admitted

    async def decide(actor: int) -> bool:
        try:
            tried.admit_read(READ, NOWHERE, callers[actor])
        except LimitReached:
            return False
        return True

    return Limiter([decide], run, len(asking))


def _in_postgres(measured: Limits, tried: Sequence[Limits]) -> Limiter:
    admit, addresses = measured.admit_write, cycle(ADDRESSES)

    async def run() -> int:
        return len(await admit(SIGN_IN, next(addresses), None))

    return Limiter([_decider(gate) for gate in tried], run, 1)


def _decider(gate: Limits) -> Decide:
    async def decide(actor: int) -> bool:
        try:
            await gate.admit_write(SIGN_IN, ADDRESSES[actor], None)
        except LimitReached:
            return False
        return True

    return decide


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], float(sys.argv[2])))
