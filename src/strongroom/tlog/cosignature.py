"""Cosignatures: what outside witnesses say about a checkpoint.

Guards against a log that tells one story to you and another one to somebody else: a
witness cosigns only what extends everything that it cosigned before. C2SP
tlog-cosignature, the Ed25519 type, and tlog-witness.
"""

import base64
from collections.abc import Iterable, Sequence
from typing import ClassVar

from .checkpoint import COSIGNATURE, Checkpoint, NoteInvalid, VerifierKey


TIME_BYTES = 8
MOST_HASHES = 63  # C2SP tlog-witness, add-checkpoint.


def cosigned_text(seconds: int, text: bytes) -> bytes:
    """Return what a witness signs at a time, *seconds* since 1970."""
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


class WitnessKey(VerifierKey):
    """A witness's public key under its name."""

    __slots__ = ()
    kind: ClassVar[bytes] = COSIGNATURE

    def verify(self, signature: bytes, text: bytes) -> None:
        """Accept a cosignature over *text*; its time stands before it.

        Raises:
            NoteInvalid: this key did not make it.

        """
        seconds = int.from_bytes(signature[:TIME_BYTES], "big")
        told = cosigned_text(seconds, text)
        VerifierKey.verify(self, signature[TIME_BYTES:], told)


def witnesses_of(note: bytes, keys: Iterable[WitnessKey]) -> list[WitnessKey]:
    """Return those of *keys* that cosigned a note; each key counts once."""
    distinct = {key.public: key for key in keys}
    return [key for key in distinct.values() if _has_cosigned(note, key)]


def _has_cosigned(note: bytes, key: WitnessKey) -> bool:
    try:
        Checkpoint.open(note, [key])
    except NoteInvalid:
        return False
    return True


def add_checkpoint(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Return the request that asks a witness to cosign *note* (add-checkpoint).

    Raises:
        ValueError: the proof is longer than a witness takes.

    """
    if len(proof) > MOST_HASHES:
        message = f"a consistency proof has at most {MOST_HASHES} hashes"
        raise ValueError(message)
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof)]
    return "\n".join([*lines, "", ""]).encode() + note


def with_lines(note: bytes, answer: bytes, key: WitnessKey) -> bytes:
    """Return *note* with the lines that *key* signed of a witness's *answer*.

    Raises:
        NoteInvalid: there is none, or it is about another checkpoint.

    """
    text = note.rpartition(b"\n\n")[0] + b"\n"
    start = f"\N{EM DASH} {key.name} ".encode()
    lines = [each for each in answer.splitlines() if each.startswith(start)]
    ours = b"".join(line + b"\n" for line in lines)
    Checkpoint.open(text + b"\n" + ours, [key])
    return note + ours
