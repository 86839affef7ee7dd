"""Run every proof once against a twin of the code that is on the path, and say how.

A program of its own, so that the proofs, too, are those of that code: `mutants.py`
puts a damaged copy on its path.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from strongroom.claims import load_profile
from strongroom.lab import Lab, Outcome, Proof, run_proof
from strongroom.server.labs import all_proofs, open_twin


TRIES = 3
"""Of a proof that could not tell: the house, too, asks again where nobody can tell."""


async def told(proof: Proof, lab: Lab, expect: Mapping[str, Any]) -> Outcome:
    """Return how *proof* ends; what it could not tell at first is asked again."""
    outcome = await run_proof(proof, lab, expect)
    for _ in range(TRIES - 1):
        if outcome.result != "unprovable":
            break
        sys.stderr.write(f"{proof.claim}: {outcome.reason}\n")
        outcome = await run_proof(proof, lab, expect)
    return outcome


async def main() -> None:
    """Write, as JSON, the result and the reason of each claim's proof."""
    claims = load_profile("default").claims
    found = {}
    async with open_twin("default") as twin:
        for claim_id, proof in all_proofs().items():
            outcome = await told(proof, twin.lab, claims[claim_id].expect)
            found[claim_id] = (outcome.result, outcome.reason or "")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
