"""What a leaf of an audit log says.

It holds the entry's time in the clear, and hashes of the rest: one of its facts, and a
salted one of what is about a person. So a person can be forgotten and an old entry's
content dropped, every proof stays good, and dropping a young one is seen.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .canonical import canonical
from .tree import leaf_hash


VERSION = 1


def commitment(salt: bytes, personal: Mapping[str, Any]) -> str:
    """Return the hash that stands for *personal*; without the *salt* it tells nothing.

    Raises:
        ValueError: the salt is too short to hide what could be guessed.

    """
    if len(salt) < 16:  # noqa: PLR2004 - 128 bits.
        message = "a salt has at least 16 bytes"
        raise ValueError(message)
    return hashlib.sha256(salt + canonical(personal)).hexdigest()


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return the hash that stands for an entry's *facts*."""
    return hashlib.sha256(canonical(facts)).hexdigest()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry, as the tree has it."""

    at: str
    """When it happened, as RFC 3339 in UTC with microseconds."""

    facts: str
    """The digest of its facts."""

    personal: str
    """The commitment to what is about a person."""

    def hash(self) -> bytes:
        """Return the leaf's hash."""
        said = {"v": VERSION, "at": self.at, "facts": self.facts}
        return leaf_hash(canonical({**said, "personal": self.personal}))
