"""The lab: proofs, what they may use, and how to break what they check."""

from .browser import Browser, find_chromium
from .build import build_digest
from .canaries import CanaryOrganization, CanaryPerson
from .errors import Contradicted, Unprovable, require, require_provable
from .exercise import Exercise, exercise
from .inside import Inside
from .lab import Lab
from .operations import Operation
from .passer import Passer, forget, mailed_token, new_passer, sign_up
from .proof import Evidence, Proof, Sabotage, Twin, Vantage, proof, sabotage
from .prover import Bite, Outcome, TwinServer, bite, run_proof
from .sentences import Sentence, read_sentences
from .statement import attestation_of, statement_of
from .sweep import mint, sweep


__all__ = [
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
    "attestation_of",
    "bite",
    "build_digest",
    "exercise",
    "find_chromium",
    "forget",
    "mailed_token",
    "mint",
    "new_passer",
    "proof",
    "read_sentences",
    "require",
    "require_provable",
    "run_proof",
    "sabotage",
    "sign_up",
    "statement_of",
    "sweep",
]
