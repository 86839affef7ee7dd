"""Transparency logs: Merkle trees, signed checkpoints, tiles, and their verifier.

Pure: nothing but the standard library and ``cryptography``, so that whoever verifies
a log needs nothing of the server. RFC 6962, RFC 9162; C2SP signed-note,
tlog-checkpoint, tlog-tiles and tlog-proof.
"""

from .canonical import canonical
from .checkpoint import Checkpoint, NoteInvalid, SigningKey, VerifierKey
from .leaf import Leaf, commitment, digest_of
from .proof import proof_text
from .tiles import TileFolder, TilesBroken, write_whole
from .tree import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from .verifier import Finding, Verdict, verify_export


__all__ = [
    "Checkpoint",
    "Finding",
    "Leaf",
    "NoteInvalid",
    "SigningKey",
    "TileFolder",
    "TilesBroken",
    "Verdict",
    "VerifierKey",
    "canonical",
    "commitment",
    "consistency_proof",
    "digest_of",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "proof_text",
    "root_of",
    "verify_consistency",
    "verify_export",
    "verify_inclusion",
    "write_whole",
]
