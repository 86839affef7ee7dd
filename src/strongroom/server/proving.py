"""Proving on command: every selected claim, now, with its sabotages.

With an installation, what is seen is signed and kept as evidence. With an address
alone, only the proofs from outside can run, and nothing is kept.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from strongroom.claims import Claim, Profile
from strongroom.kernel import new_id, utc_now
from strongroom.lab import Lab, Outcome, TwinServer, build_digest
from strongroom.room import Strongroom
from strongroom.trust import (
    Run,
    SabotageRecord,
    Standing,
    Trust,
    as_json,
    fresh_for,
    status_of,
    try_proof,
)

from .application import trust_of
from .installation import Installation
from .labs import all_proofs, lab_of, open_twin


@dataclass(frozen=True, slots=True)
class Proving:
    """What is needed to prove the claims of one page against one target."""

    profile: Profile
    lab: Lab
    twin: TwinServer
    trust: Trust | None
    """Where evidence is kept; None when only an address is known."""

    async def claim(self, claim: Claim) -> tuple[Standing, Outcome | None]:
        """Prove one claim and return how it stands, and the run if there was one."""
        proof = all_proofs().get(claim.id)
        if proof is None or not claim.has_proof:
            return await self._stand(claim, []), None
        outcomes, bites = await try_proof(proof, claim, self.lab, self.twin)
        record = SabotageRecord(utc_now(), build_digest(), as_json(bites or []))
        runs = [await self._keep(claim, outcome, record) for outcome in outcomes]
        return await self._stand(claim, runs[::-1]), outcomes[-1]

    async def _keep(
        self, claim: Claim, outcome: Outcome, record: SabotageRecord
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
    installation: Installation, url: str | None, profile: Profile
) -> AsyncIterator[Proving]:
    """Prepare to prove with everything that the operator can see."""
    async with AsyncExitStack() as opened:
        settings = installation.room_settings()
        room = await opened.enter_async_context(Strongroom(settings, installation.keys))
        lab = await opened.enter_async_context(lab_of(installation, url))
        options = installation.options
        twin = await opened.enter_async_context(open_twin(options.profile, options.app))
        yield Proving(profile, lab, twin, trust_of(installation, room, profile))


@asynccontextmanager
async def proving_outside(lab: Lab, profile: Profile) -> AsyncIterator[Proving]:
    """Prepare to prove what any stranger can see of any site."""
    async with lab, open_twin(profile.name) as twin:
        yield Proving(profile, lab, twin, None)


def selected(profile: Profile, expression: str | None) -> Sequence[Claim]:
    """Return the claims whose id fits *expression*, as pytest's -k does.

    ``edge and not csp``, ``passwords or sessions``: words are parts of an id.
    """
    claims = list(profile.claims.values())
    if not expression:
        return claims
    return [claim for claim in claims if _fits(claim.id, expression)]


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
