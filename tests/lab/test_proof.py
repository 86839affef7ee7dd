"""What a proof is, and every way in which running one can end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from strongroom.lab import (
    Contradicted,
    Evidence,
    Lab,
    Proof,
    Sabotage,
    Twin,
    Unprovable,
    Vantage,
    bite,
    proof,
    prover,
    require,
    require_provable,
    run_proof,
    sabotage,
)


SEEN = Evidence(3, "it answers", {"colour": "blue"})


@sabotage("the lamp is out", tells="dark")
async def no_light(_: Twin) -> None:
    """Switch it off."""


def proof_that(ending: Evidence | Exception | type[Exception]) -> Proof:
    """Return a proof that ends so."""

    @proof("lamp.on", vantage=Vantage.OUTSIDE, sabotages=[no_light])
    async def look(_: Lab) -> Evidence:
        if isinstance(ending, Evidence):
            return ending
        raise ending

    return look


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Lend a lab; these proofs do not look at its target."""
    async with Lab("https://lamp.invalid") as opened:
        yield opened


async def test_a_claim_that_holds(lab: Lab) -> None:
    """What was seen is kept, and nothing is given as a reason."""
    outcome = await run_proof(proof_that(SEEN), lab, {})
    assert (outcome.result, outcome.reason) == ("passed", None)
    assert (outcome.population, outcome.positive) == (3, "it answers")
    assert outcome.observed == {"colour": "blue"}
    assert outcome.started_at <= outcome.finished_at


@pytest.mark.parametrize(
    ("ending", "result", "reason"),
    [
        (Contradicted("it is dark"), "failed", "it is dark"),
        (Unprovable("no lamp here"), "unprovable", "no lamp here"),
        (Evidence(0, "it answers"), "unprovable", "there was nothing to look at"),
        (
            httpx.ConnectError("refused"),
            "unprovable",
            "the target does not answer: ConnectError",
        ),
        (KeyError("x"), "unprovable", "the proof broke: KeyError: 'x'"),
        (
            ExceptionGroup("tasks", [Unprovable("no lamp here")]),
            "unprovable",
            "no lamp here",
        ),
        (
            ExceptionGroup("tasks", [KeyError("x"), Contradicted("it is dark")]),
            "failed",
            "it is dark",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_claim_that_does_not_hold(
    lab: Lab, ending: Any, result: str, reason: str
) -> None:
    """Only a contradiction fails; what else goes wrong proves nothing either way."""
    outcome = await run_proof(proof_that(ending), lab, {})
    assert (outcome.result, outcome.reason) == (result, reason)


async def test_an_endless_proof_shows_nothing(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended, and unprovable."""
    monkeypatch.setattr(prover, "PATIENCE_SECONDS", 0.01)

    @proof("lamp.on", vantage=Vantage.OUTSIDE, sabotages=[no_light])
    async def look(_: Lab) -> Evidence:
        await asyncio.Event().wait()
        return SEEN

    outcome = await run_proof(look, lab, {})
    assert (outcome.result, outcome.reason) == (
        "unprovable",
        "it took longer than 0.01 s",
    )


async def test_the_expectation_reaches_the_proof(lab: Lab) -> None:
    """What the claim states is what its proof is told to expect."""

    @proof("lamp.on", vantage=Vantage.OUTSIDE, sabotages=[no_light])
    async def look(_: Lab, watts: int) -> Evidence:
        require(watts > 40, f"only {watts} watts")
        return SEEN

    assert (await run_proof(look, lab, {"watts": 60})).result == "passed"
    assert (await run_proof(look, lab, {"watts": 20})).reason == "only 20 watts"


def test_a_proof_without_a_sabotage_is_none() -> None:
    """Nothing shows that it can fail, so it cannot even be declared."""
    with pytest.raises(ValueError, match=r"lamp\.on names no sabotage"):
        proof("lamp.on", vantage=Vantage.OUTSIDE, sabotages=[])


class Lamp:
    """A twin whose light goes out when it is broken."""

    def __init__(self, lab: Lab) -> None:
        """Shine."""
        self.lab, self.broken_times = lab, 0
        self.shines = True

    @asynccontextmanager
    async def broken(self, _: Proof, __: Sabotage) -> AsyncIterator[None]:
        """Be dark meanwhile."""
        self.broken_times += 1
        self.shines = False
        try:
            yield
        finally:
            self.shines = True


def watching(lamp: Lamp, *, words: str) -> Proof:
    """Return a proof that looks at *lamp* and says *words* when it is dark."""

    @proof("lamp.on", vantage=Vantage.OUTSIDE, sabotages=[no_light])
    async def look(_: Lab) -> Evidence:
        require(lamp.shines, words)
        return SEEN

    return look


async def test_a_sabotage_is_caught(lab: Lab) -> None:
    """The proof holds on the unbroken twin, fails on the broken one and says why."""
    lamp = Lamp(lab)
    (bitten,) = await bite(watching(lamp, words="it is Dark"), lamp, {})
    assert (bitten.what, bitten.caught, bitten.said) == (
        "the lamp is out",
        True,
        "it is Dark",
    )
    assert lamp.shines


async def test_failing_for_another_reason_is_not_catching(lab: Lab) -> None:
    """A proof that says something else did not notice what was broken."""
    lamp = Lamp(lab)
    (bitten,) = await bite(watching(lamp, words="it is cold"), lamp, {})
    assert (bitten.caught, bitten.said) == (False, "it is cold")


async def test_surviving_is_not_catching(lab: Lab) -> None:
    """A proof that holds while its control is broken has no teeth."""
    (bitten,) = await bite(proof_that(SEEN), Lamp(lab), {})
    assert (bitten.caught, bitten.said) == (False, "nothing: the proof held")


async def test_what_fails_unbroken_catches_nothing(lab: Lab) -> None:
    """A proof that always fails would catch everything; it is not even tried."""
    lamp = Lamp(lab)
    (bitten,) = await bite(proof_that(Contradicted("dark")), lamp, {})
    assert not bitten.caught
    assert bitten.said == "the unbroken twin: failed, dark"
    assert lamp.broken_times == 0


def test_requirements_raise() -> None:
    """One says that the claim is false, the other that nobody can tell."""
    require(1, "unused")
    require_provable([0], "unused")
    with pytest.raises(Contradicted, match="seen"):
        require(0, "seen")
    with pytest.raises(Unprovable, match="missing"):
        require_provable([], "missing")
