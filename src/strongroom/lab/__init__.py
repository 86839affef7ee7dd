"""The lab: proofs, what they may use, and how to break what they check."""

from .browser import Browser, find_chromium
from .build import build_digest
from .canaries import CanaryOrganization, CanaryPerson
from .candidates import keys_in_code, keys_in_database, keys_in_history
from .errors import Contradicted, Unprovable, require, require_provable
from .exercise import Exercise, exercise
from .handshake import VERSIONS, addresses_of, find_chosen_version
from .inside import Inside
from .lab import Lab
from .operations import Operation
from .passer import Passer, forget, mailed_token, new_passer, sign_up
from .proof import Evidence, Proof, Sabotage, Twin, Vantage, proof, sabotage
from .prover import Bite, Outcome, TwinServer, bite, run_proof
from .sentences import Sentence, read_sentences
from .statement import attestation_of, statement_of
from .sweep import mint, sweep
from .tenants import (
    as_tenant,
    count_rows,
    identifiers_in,
    owned_rows,
    push_rows,
    set_context,
)


__all__ = [
    "VERSIONS",
    "Bite",
    "Browser",
    "CanaryOrganization",
    "CanaryPerson",
    "Contradicted",
    "Evidence",
    "Exercise",
    "Inside",
    "Lab",
    "Operation",
    "Outcome",
    "Passer",
    "Proof",
    "Sabotage",
    "Sentence",
    "Twin",
    "TwinServer",
    "Unprovable",
    "Vantage",
    "addresses_of",
    "as_tenant",
    "attestation_of",
    "bite",
    "build_digest",
    "count_rows",
    "exercise",
    "find_chosen_version",
    "find_chromium",
    "forget",
    "identifiers_in",
    "keys_in_code",
    "keys_in_database",
    "keys_in_history",
    "mailed_token",
    "mint",
    "new_passer",
    "owned_rows",
    "proof",
    "push_rows",
    "read_sentences",
    "require",
    "require_provable",
    "run_proof",
    "sabotage",
    "set_context",
    "sign_up",
    "statement_of",
    "sweep",
]
