"""A security page of a few claims, a clock that stands still, and proofs that obey."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from strongroom.claims import Claim, Kind, Profile, Severity
from strongroom.kernel import new_id
from strongroom.lab import Evidence, Lab, Outcome, Proof, Twin, Vantage, proof, sabotage
from strongroom.room import Strongroom
from strongroom.trust import Run, SabotageRecord, Subject, Trust
from tests.conftest import KEYS, PUBLIC_URL


START = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAUGHT = ({"what": "the lamp is out", "caught": True, "said": "it is dark"},)


@dataclass
class Clock:
    """A clock that moves only when a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Let so much time pass."""
        self.now += by


@sabotage("the lamp is out", tells="dark")
async def no_light(_: Twin) -> None:
    """Switch it off."""


@dataclass
class Lamp:
    """Something that a proof looks at; tests say what the proof then finds."""

    ends: list[Evidence | Exception] = field(default_factory=list)
    """How the next runs end; without one, the light is on."""

    looked: int = 0

    async def look(self, _: Lab) -> Evidence:
        """Return what is seen.

        Raises:
            Exception: whatever the test put there.

        """
        self.looked += 1
        ending = self.ends.pop(0) if self.ends else Evidence(3, "it answers")
        if isinstance(ending, Exception):
            raise ending
        return ending

    def proof_of(self, claim: Claim) -> Proof:
        """Return a proof of *claim* that looks at this."""
        bind = proof(claim.id, vantage=Vantage.OUTSIDE, sabotages=[no_light])
        return bind(self.look)


NEEDS: dict[Kind, dict[str, Any]] = {
    Kind.PROVED: {"cadence": HOUR},
    Kind.MEASURED: {"cadence": HOUR},
    Kind.DECLINED: {"reason": "Not for us.", "review_by": START.date()},
}
"""What a claim of a kind must say besides."""


def new_claim(kind: Kind = Kind.PROVED, **given: Any) -> Claim:
    """Return a claim that no page made before."""
    return Claim(
        id=f"lamp.x{new_id().hex}",
        statement="The lamp is on.",
        kind=kind,
        severity=Severity.LOW,
        **(NEEDS.get(kind, {}) | given),
    )


def run_of(claim: Claim, at: datetime = START, **given: Any) -> Run:
    """Return a run that passed at that moment, its sabotage caught, but for *given*."""
    record = SabotageRecord(at, "build", CAUGHT)
    run = Run(
        id=new_id(),
        claim=claim.id,
        subject_digest=claim.digest(),
        result="passed",
        reason=None,
        population=3,
        sabotage=record,
        started_at=at,
        finished_at=at,
        fresh_until=at + HOUR,
        envelope={},
    )
    return replace(run, **given)


def outcome_at(
    at: datetime, result: Any = "passed", reason: str | None = None
) -> Outcome:
    """Return how a run at that moment ended."""
    return Outcome(result, at, at, reason, 3, "it answers", {"colour": "blue"})


MakeTrust = Callable[..., Trust]


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def trust_in(room: Strongroom, profile: Profile, clock: Clock) -> MakeTrust:
    """Return a way to make a page of some claims, each with a proof or none."""

    def make(*claims: Claim, lamp: Lamp | None = None) -> Trust:
        page = replace(profile, claims={claim.id: claim for claim in claims})
        proofs = {each.id: lamp.proof_of(each) for each in claims} if lamp else {}
        return Trust(room.db, KEYS, Subject(page, proofs, PUBLIC_URL), clock)

    return make
