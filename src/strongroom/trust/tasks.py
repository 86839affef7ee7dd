"""The watch: runs proofs at their cadence, and keeps the history of statuses.

One process of an installation watches. A run that contradicts its claim is repeated
at once, and both are kept, so that one hiccup is not a red page and a red page is
never one hiccup.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta

from strongroom.claims import Claim
from strongroom.kernel import Clock, utc_now
from strongroom.lab import (
    Bite,
    Lab,
    Outcome,
    Proof,
    TwinServer,
    Unprovable,
    bite,
    run_proof,
)

from .models import Run, SabotageRecord
from .policy import must_bite
from .service import Trust


log = logging.getLogger("strongroom.trust")

LANES, MANY = 3, 6
"""With so many proofs to try against sabotages, three twins are worth starting.

A sabotage mostly waits for something not to happen. Measured on two processors, the 41
proofs of a first start take 188 s with two twins, and 153 s with three.
"""

SOON = timedelta(minutes=1)
"""What does not hold, or cannot be told, is looked at again after so long."""

LONGEST_GAP = timedelta(minutes=5)
"""A longer pause between two turns was not watched, and stays grey in the strip."""

Due = tuple[Claim, Run | None]
OpenLab = Callable[[], AbstractAsyncContextManager[Lab]]
OpenTwin = Callable[[], AbstractAsyncContextManager[TwinServer]]


class Watch:
    """Keeps the evidence of one installation fresh."""

    def __init__(
        self, trust: Trust, lab: OpenLab, twin: OpenTwin, clock: Clock = utc_now
    ) -> None:
        """Run the proofs of *trust* in *lab*, and their sabotages in *twin*."""
        self._trust, self._lab, self._twin, self._clock = trust, lab, twin, clock
        self._watched_until = clock()

    async def turn(self) -> list[Run]:
        """Run every proof that is due, note how all claims stand, return what ran."""
        kept = await self._run_due()
        now = self._clock()
        if now - self._watched_until < LONGEST_GAP:
            await self._trust.observe((now - self._watched_until).total_seconds())
        self._watched_until = now
        return kept

    async def _run_due(self) -> list[Run]:
        due = await self._due()
        if not due:
            return []
        async with AsyncExitStack() as opened:
            lab = await opened.enter_async_context(self._lab())
            twins = await self._twins_for(due, opened)
            return await self._in_lanes(due, lab, twins)

    async def _in_lanes(
        self, due: Sequence[Due], lab: Lab, twins: Sequence[TwinServer | None]
    ) -> list[Run]:
        """Prove what is due side by side, and return the runs in the page's order.

        Each lane breaks a twin of its own; the lab lets one proof in at a time.
        """
        ahead = iter(enumerate(due))
        kept: dict[int, list[Run]] = {}

        async def lane(twin: TwinServer | None) -> None:
            for place, (claim, latest) in ahead:
                kept[place] = await self.prove(claim, lab, twin, latest)

        lanes = [asyncio.create_task(lane(twin)) for twin in twins]
        try:
            await asyncio.gather(*lanes)
        finally:
            for each in lanes:
                each.cancel()
            await asyncio.wait(lanes)
        return [run for place in sorted(kept) for run in kept[place]]

    async def _twins_for(
        self, due: Sequence[Due], opened: AsyncExitStack
    ) -> list[TwinServer | None]:
        """Return a twin for each lane, or none where there is nothing to break."""
        toothless = sum(self._must_bite(latest) for _, latest in due)
        if not toothless:
            return [None]
        wanted = 1 if toothless < MANY else LANES
        try:
            starting = (opened.enter_async_context(self._twin()) for _ in range(wanted))
            return [*await asyncio.gather(*starting)]
        except Unprovable as reason:
            log.warning("no sabotage can be tried: %s", reason)
            return [None]

    async def prove(
        self, claim: Claim, lab: Lab, twin: TwinServer | None, latest: Run | None
    ) -> list[Run]:
        """Run one claim's proof, and its sabotages when it is time for them."""
        proof = self._trust.proofs[claim.id]
        outcomes = await run_live(proof, claim, lab)
        record = latest.sabotage if latest else None
        if twin is not None and self._must_bite(latest) and is_telling(outcomes):
            bites = await bite(proof, twin, claim.expect)
            record = SabotageRecord(self._clock(), self._trust.build, as_json(bites))
        return [await self._trust.record(claim, each, record) for each in outcomes]

    async def _due(self) -> list[Due]:
        """Return what is due in the page's order, the page's own claims first.

        Whoever opens a page that is still being proved reads first what it says of
        itself.
        """
        due = [
            (each.claim, each.latest)
            for each in await self._trust.standings()
            if each.proof is not None and self._is_due(each.claim, each.latest)
        ]
        return sorted(due, key=lambda each: not each[0].id.startswith("trust."))

    def _is_due(self, claim: Claim, latest: Run | None) -> bool:
        if latest is None or latest.subject_digest != claim.digest():
            return True
        cadence = claim.cadence or timedelta(hours=1)
        if latest.result != "passed":
            return latest.finished_at + min(cadence, SOON) <= self._clock()
        return self._must_bite(latest) or latest.finished_at + cadence <= self._clock()

    def _must_bite(self, latest: Run | None) -> bool:
        record = latest.sabotage if latest else None
        return must_bite(record, self._trust.build, self._clock())


async def run_live(proof: Proof, claim: Claim, lab: Lab) -> list[Outcome]:
    """Run *proof* once, or twice if it fails, and return what it said."""
    outcomes = [await run_proof(proof, lab, claim.expect)]
    if outcomes[0].result == "failed":
        outcomes.append(await run_proof(proof, lab, claim.expect))
    return outcomes


def is_telling(outcomes: Sequence[Outcome]) -> bool:
    """Say whether a proof saw something, so that a sabotage has something to turn."""
    return outcomes[-1].result != "unprovable"


def as_json(bites: Sequence[Bite]) -> tuple[dict[str, object], ...]:
    """Return *bites* as they are kept and published."""
    return tuple(
        {"what": each.what, "caught": each.caught, "said": each.said} for each in bites
    )
