"""Run every proof once against a twin of the code that is on the path, and say how.

A program of its own, so that the proofs, too, are those of that code: `mutants.py`
puts a damaged copy on its path.
"""

import asyncio
import json
import sys

from strongroom.claims import load_profile
from strongroom.lab import run_proof
from strongroom.server.labs import all_proofs, open_twin


async def main() -> None:
    """Write, as JSON, the result and the reason of each claim's proof."""
    claims = load_profile("default").claims
    found = {}
    async with open_twin("default") as twin:
        for claim_id, proof in all_proofs().items():
            outcome = await run_proof(proof, twin.lab, claims[claim_id].expect)
            found[claim_id] = (outcome.result, outcome.reason or "")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
