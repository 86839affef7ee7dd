"""Proving on command: every selected claim, now, with its sabotages.

With an installation, what is seen is signed and kept as evidence; a sabotage that the
watch saw caught today, on this build, is not repeated unless that is asked for. With
an address alone, only the proofs from outside can run, and nothing is kept.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from strongroom.claims import Claim, Profile
from strongroom.kernel import new_id, utc_now
from strongroom.lab import Lab, Outcome, TwinServer, bite, build_digest
from strongroom.room import Strongroom
from strongroom.trust import (
    Run,
    SabotageRecord,
    Standing,
    Trust,
    as_json,
    fresh_for,
    is_telling,
    must_bite,
    run_live,
    status_of,
)

from .application import trust_of
from .errors import UnfinishedExpression
from .installation import Installation
from .labs import all_proofs, lab_of, open_twin


_WORD = re.compile(r"(?!(?:and|or|not)$)\S+")


@dataclass(slots=True)
class Spare:
    """A twin that is started when the first sabotage is to be tried in it."""

    opened: AsyncExitStack
    opening: AbstractAsyncContextManager[TwinServer]
    _twin: TwinServer | None = field(default=None, init=False)

    async def twin(self) -> TwinServer:
        """Return the twin, and start it if none asked before.

        Raises:
            Unprovable: it does not start.

        """
        if self._twin is None:
            self._twin = await self.opened.enter_async_context(self.opening)
        return self._twin


@dataclass(frozen=True, slots=True)
class Proving:
    """What is needed to prove the claims of one page against one target."""

    profile: Profile
    lab: Lab
    spare: Spare
    trust: Trust | None
    """Where evidence is kept; None when only an address is known."""
    again: bool = False
    """Whether each control is broken again, whatever was seen caught today."""

    async def claim(self, claim: Claim) -> tuple[Standing, Outcome | None]:
        """Prove one claim and return how it stands, and the run if there was one."""
        proof = all_proofs().get(claim.id)
        if proof is None or not claim.has_proof:
            return await self._stand(claim, []), None
        record = await self._caught_today(claim)
        outcomes = await run_live(proof, claim, self.lab)
        if record is None and is_telling(outcomes):
            bites = await bite(proof, await self.spare.twin(), claim.expect)
            record = SabotageRecord(utc_now(), build_digest(), as_json(bites))
        runs = [await self._keep(claim, outcome, record) for outcome in outcomes]
        return await self._stand(claim, runs[::-1]), outcomes[-1]

    async def _caught_today(self, claim: Claim) -> SabotageRecord | None:
        """Return what vouches for the proof already, if anything does."""
        if self.trust is None or self.again:
            return None
        runs = await self.trust.runs(claim.id, limit=1)
        record = runs[0].sabotage if runs else None
        return None if must_bite(record, build_digest(), utc_now()) else record

    async def _keep(
        self, claim: Claim, outcome: Outcome, record: SabotageRecord | None
    ) -> Run:
        if self.trust is not None:
            return await self.trust.record(claim, outcome, record)
        cadence = claim.cadence or timedelta(0)
        return Run(
            id=new_id(),
            claim=claim.id,
            subject_digest=claim.digest(),
            result=outcome.result,
            reason=outcome.reason,
            population=outcome.population,
            sabotage=record,
            started_at=outcome.started_at,
            finished_at=outcome.finished_at,
            fresh_until=outcome.finished_at + fresh_for(cadence),
            envelope={},
        )

    async def _stand(self, claim: Claim, runs: list[Run]) -> Standing:
        if self.trust is not None:
            return await self.trust.standing(claim.id)
        proof = all_proofs().get(claim.id)
        status, reason = status_of(
            claim,
            runs,
            None,
            has_proof=proof is not None,
            build=build_digest(),
            now=utc_now(),
        )
        return Standing(
            claim=claim,
            status=status,
            reason=reason,
            proof=proof.name if proof else None,
            vantage=proof.vantage.value if proof else None,
            latest=runs[0] if runs else None,
        )


@asynccontextmanager
async def proving_inside(
    installation: Installation, url: str | None, profile: Profile, *, again: bool
) -> AsyncIterator[Proving]:
    """Prepare to prove with everything that the operator can see."""
    async with AsyncExitStack() as opened:
        settings = installation.room_settings()
        room = await opened.enter_async_context(Strongroom(settings, installation.keys))
        lab = await opened.enter_async_context(lab_of(installation, url))
        options = installation.options
        spare = Spare(opened, open_twin(options.profile, options.app))
        trust = trust_of(installation, room, profile)
        yield Proving(profile, lab, spare, trust, again)


@asynccontextmanager
async def proving_outside(lab: Lab, profile: Profile) -> AsyncIterator[Proving]:
    """Prepare to prove what any stranger can see of any site."""
    async with lab, AsyncExitStack() as opened:
        yield Proving(profile, lab, Spare(opened, open_twin(profile.name)), None)


def selected(profile: Profile, expression: str | None) -> Sequence[Claim]:
    """Return the claims whose id fits *expression*, as pytest's -k does.

    ``edge and not csp``, ``passwords or sessions``: words are parts of an id.

    Raises:
        UnfinishedExpression: a word is missing in *expression*.

    """
    claims = list(profile.claims.values())
    if not expression:
        return claims
    if not _is_finished(expression):
        message = f"-k {expression!r} is not finished: write 'edge', 'edge and not csp'"
        raise UnfinishedExpression(message)
    return [claim for claim in claims if _fits(claim.id, expression)]


def _is_finished(expression: str) -> bool:
    """Say whether a word, or one after "not", stands on each side of "and" and "or"."""
    terms = re.split(r"\s(?:and|or)\s", f" {expression} ")
    words = [term.strip().removeprefix("not ").strip() for term in terms]
    return all(_WORD.fullmatch(each) for each in words)


def _fits(claim_id: str, expression: str) -> bool:
    return any(
        all(_holds(claim_id, term) for term in alternative.split(" and "))
        for alternative in expression.split(" or ")
    )


def _holds(claim_id: str, term: str) -> bool:
    word = term.strip()
    if word.startswith("not "):
        return word.removeprefix("not ").strip() not in claim_id
    return word in claim_id
