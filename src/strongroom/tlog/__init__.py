"""Transparency logs: Merkle trees, signed checkpoints, tiles, and their verifier.

Pure: nothing but the standard library and ``cryptography``, so that whoever verifies
a log needs nothing of the server. RFC 6962, RFC 9162; C2SP signed-note,
tlog-checkpoint, tlog-tiles, tlog-proof, tlog-cosignature and tlog-witness.
"""

from .canonical import canonical
from .checkpoint import Checkpoint, NoteInvalid, SigningKey, VerifierKey
from .cosignature import (
    WitnessKey,
    add_checkpoint,
    cosigned_text,
    with_lines,
    witnesses_of,
)
from .growth import HistoryBroken, extend
from .leaf import Leaf, commitment, digest_of
from .proof import proof_text
from .source import Read, at_address, in_folder
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
from .verifier import Demand, Finding, Verdict, verify_export, verify_tiles


__all__ = [
    "Checkpoint",
    "Demand",
    "Finding",
    "HistoryBroken",
    "Leaf",
    "NoteInvalid",
    "Read",
    "SigningKey",
    "TileFolder",
    "TilesBroken",
    "Verdict",
    "VerifierKey",
    "WitnessKey",
    "add_checkpoint",
    "at_address",
    "canonical",
    "commitment",
    "consistency_proof",
    "cosigned_text",
    "digest_of",
    "extend",
    "in_folder",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "proof_text",
    "root_of",
    "verify_consistency",
    "verify_export",
    "verify_inclusion",
    "verify_tiles",
    "with_lines",
    "witnesses_of",
    "write_whole",
]
