"""The security page as typed blocks, in the order in which they are read.

It knows what stands where, not whether a sentence holds, nor how it looks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prose:
    """Text that promises nothing, as HTML made from Markdown without raw HTML."""

    html: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Principles, and what the proofs do not show, as HTML like that of `Prose`."""

    html: str


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A sentence of the page, and the claim that it is bound to."""

    id: str
    sentence: str
    line: int


@dataclass(frozen=True, slots=True)
class FAQ:
    """A question that is answered by claims, word for word."""

    question: str
    claim_ids: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Posture:
    """The place of the table of every `posture.` claim."""


@dataclass(frozen=True, slots=True)
class Subprocessors:
    """The place of the list of third parties."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The place of the drawing of the ways that data takes."""


@dataclass(frozen=True, slots=True)
class SystemUses:
    """The place of the count of ways across the wall: uses of the system door."""


@dataclass(frozen=True, slots=True)
class Report:
    """The place of how to report a flaw: `trust.disclosure` and the contacts."""


Block = (
    Prose
    | Limits
    | ClaimRef
    | FAQ
    | Posture
    | Subprocessors
    | Lanes
    | SystemUses
    | Report
)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the page."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def anchor(self) -> str:
        """The name under which a link finds this section."""
        return re.sub(r"\W+", "-", self.title.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class Page:
    """A title, a lead sentence that promises nothing, and sections."""

    title: str
    lead: str
    sections: tuple[Section, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield every block, in reading order."""
        for section in self.sections:
            yield from section.blocks

    def has(self, kind: type[Block]) -> bool:
        """Return whether a block of this *kind* is on the page."""
        return any(isinstance(block, kind) for block in self.blocks())

    def anchor_of(self, kind: type[Block]) -> str:
        """Return the anchor of the first section with a block of this *kind*."""
        for section in self.sections:
            if any(isinstance(block, kind) for block in section.blocks):
                return section.anchor
        return ""
