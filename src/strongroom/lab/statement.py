"""One run of a proof as an in-toto statement: what is signed and published.

in-toto Statement v1; the predicate is ours. The subject covers the sentence itself,
so that editing the page ends the evidence; the time until which it counts is inside,
so that a copy cannot extend it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strongroom.claims import Claim

from .proof import Proof
from .prover import Outcome


STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:strongroom:claim-proof:v0.1"
ATTESTATION_TYPE = "urn:strongroom:attestation:v0.1"


def statement_of(
    claim: Claim,
    proof: Proof,
    outcome: Outcome,
    sabotage: Mapping[str, Any],
    *,
    target: str,
    build: str,
    fresh_until: datetime,
) -> dict[str, Any]:
    """Return the statement of one run."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": f"claim:{claim.id}", "digest": {"sha256": claim.digest()}},
            {"name": "build:strongroom", "digest": {"sha256": build}},
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "statement": claim.statement,
            "target": target,
            "result": outcome.result,
            "reason": outcome.reason,
            "startedOn": outcome.started_at.isoformat(),
            "finishedOn": outcome.finished_at.isoformat(),
            "freshUntil": fresh_until.isoformat(),
            "population": outcome.population,
            "proof": {"id": proof.name, "vantage": proof.vantage.value},
            "expected": dict(claim.expect),
            "observed": dict(outcome.observed),
            "positive": outcome.positive,
            "sabotage": dict(sabotage),
        },
    }


def attestation_of(
    claim: Claim, made_by: str, *, made_at: datetime, valid_until: datetime
) -> dict[str, Any]:
    """Return the statement of a named human's word for *claim*."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": f"claim:{claim.id}", "digest": {"sha256": claim.digest()}}
        ],
        "predicateType": ATTESTATION_TYPE,
        "predicate": {
            "statement": claim.statement,
            "by": made_by,
            "madeOn": made_at.isoformat(),
            "validUntil": valid_until.isoformat(),
        },
    }
