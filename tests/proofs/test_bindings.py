"""Claims and proofs belong together: none is alone, and none has two."""

from collections import Counter

import pytest

from strongroom.claims import load_profile
from strongroom.server.domains import DOMAINS
from strongroom.server.labs import all_exercises, all_proofs

from .cases import BUILT, STRONGEST, claimed


@pytest.mark.parametrize("claim_id", sorted(BUILT))
def test_a_promised_claim_has_a_proof(claim_id: str) -> None:
    """What this release promises to prove is claimed as proved, and has a proof."""
    claim = load_profile(STRONGEST).claims[claim_id]
    assert claim.has_proof
    assert claim_id in all_proofs(), "no proof is bound to it"


def test_every_proof_has_something_to_catch() -> None:
    """No proof is without a sabotage, and no two sabotages of one share their words."""
    for proof in all_proofs().values():
        words = [sabotage.what for sabotage in proof.sabotages]
        assert words, proof.name
        assert len(set(words)) == len(words), proof.name
        assert all(sabotage.tells for sabotage in proof.sabotages), proof.name


def test_no_two_proofs_share_a_claim() -> None:
    """A claim has one proof: of two, one could be forgotten unseen."""
    bound = Counter(proof.claim for domain in DOMAINS for proof in domain.proofs)
    assert [claim for claim, times in bound.items() if times > 1] == []


def test_every_proof_is_of_a_claim() -> None:
    """No proof is bound to a sentence that no page says."""
    assert set(all_proofs()) - set(claimed()) == set()


def test_nothing_else_is_proved() -> None:
    """What no release promises yet has no proof that could turn it green."""
    assert set(all_proofs()) - BUILT == set()


def test_no_two_exercises_share_an_operation() -> None:
    """Of two ways to perform an operation, the lab would forget one."""
    performed = Counter(each.operation for each in all_exercises())
    assert [name for name, times in performed.items() if times > 1] == []


@pytest.mark.parametrize("claim_id", sorted(BUILT))
def test_a_claim_is_made_by_a_page(claim_id: str) -> None:
    """Each promised claim stands on the strongest page at least."""
    assert STRONGEST in {profile for profile, _ in claimed()[claim_id]}
