"""How much of a page is bound, and by what.

It counts what the page says, never how many proofs hold; that is a matter of
evidence.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .claim import Kind
from .page import Limits, Prose
from .profile import Profile


@dataclass(frozen=True, slots=True)
class Coverage:
    """The page in numbers."""

    sentences: int
    """Sentences bound to a claim."""

    nonclaims: int
    """Blocks of prose that say they promise nothing, limits included."""

    by_kind: Mapping[Kind, int]
    """Bound sentences by what has to stand behind them; every kind is counted."""


def coverage(profile: Profile) -> Coverage:
    """Return how many sentences of the page are bound, and by kind."""
    counts = Counter(claim.kind for claim in profile.claims.values())
    prose = [
        block for block in profile.page.blocks() if isinstance(block, Prose | Limits)
    ]
    return Coverage(
        sentences=len(profile.claims),
        nonclaims=len(prose),
        by_kind={kind: counts[kind] for kind in Kind},
    )
