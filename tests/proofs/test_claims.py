"""Every proof holds for the house as it is built, and fails when it is broken."""

import msgspec
import pytest

from strongroom.lab import Lab, Outcome, Sabotage, run_proof
from strongroom.lab.sweep import forms_of

from .cases import Case, broken_cases, cases
from .conftest import TwinOf
from .kill_table import PAGE, KillTable, key, published
from .reporting import declared


def require_browser(outcome: Outcome) -> None:
    """Go on, unless the proof needs a browser and there is none on this machine."""
    if outcome.reason == "no browser here":
        pytest.skip(f"unproven: {outcome.reason}")


def require_nothing_secret(lab: Lab, outcome: Outcome) -> None:
    """Find no canary's password in what would be published, in no form."""
    published = msgspec.json.encode(
        {"observed": outcome.observed, "positive": outcome.positive}
    )
    for name in ("a", "b"):
        password = lab.inside.keys.derive(f"canary {name}").hex()
        assert not [form for form in forms_of(password) if form in published]


@pytest.mark.parametrize("case", cases(), ids=str)
async def test_a_proof_holds_for_the_house_as_built(
    twin_of: TwinOf, case: Case
) -> None:
    """It passes, looked at more than nothing, and its target really answered."""
    twin = await twin_of(case.profile)
    outcome = await run_proof(case.proof, twin.lab, case.claim.expect)
    require_browser(outcome)
    assert (outcome.result, outcome.reason) == ("passed", None)
    assert outcome.population > 0
    assert outcome.positive
    require_nothing_secret(twin.lab, outcome)


@pytest.mark.parametrize(
    ("case", "sabotage"),
    [
        pytest.param(case, sabotage, id=f"{case}: {sabotage.what}")
        for case, sabotage in broken_cases()
    ],
)
async def test_a_proof_bites(
    twin_of: TwinOf, kill_table: KillTable, case: Case, sabotage: Sabotage
) -> None:
    """With its control broken it fails, and says what it saw, not just something."""
    twin = await twin_of(case.profile)
    async with twin.broken(case.proof, sabotage):
        outcome = await run_proof(case.proof, twin.lab, case.claim.expect)
    require_browser(outcome)
    assert (outcome.result, bool(outcome.reason)) == ("failed", True)
    said = outcome.reason or ""
    assert sabotage.tells.lower() in said.lower()
    row = key(case.profile, case.claim.id, sabotage.what)
    kill_table.said[row] = said


def test_the_kill_table_is_whole() -> None:
    """Every sabotage stands in the published table, and nothing that is gone."""
    assert set(published(PAGE)) == declared(), "STRONGROOM_KILL_TABLE=write make proofs"
