"""The stage itself: text in, the same text without what must not be told out.

Guards sinks against whatever reaches them by any way in. It knows shapes, so a secret
of no known shape, without a name beside it, passes; and so does one that is encoded
otherwise than in URLs. The first line of defence is not to log what a visitor sent.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote

from .shapes import SEALED, SHAPES, Shape


REDACTED = "•••"

LONGEST = 4096
"""Longer text is cut: a log line is no place for a body."""

_SEAL = "\ue000{}\ue001"  # Private use, U+E000: stands for one sealed value.
_SEALS = re.compile("\ue000(\\d+)\ue001")


class Redaction:
    """Masks every shape that it was given."""

    def __init__(self, shapes: Sequence[Shape] = SHAPES) -> None:
        """Mask *shapes*, in this order."""
        self.shapes = tuple(shapes)
        self.brief = lru_cache(2048)(self._brief)

    def clean(self, text: str) -> str:
        """Return *text* with every known shape masked, and cut to a bearable length."""
        text = text[:LONGEST].replace("\ue000", "").replace("\ue001", "")
        sealed: list[str] = []

        def put_away(found: re.Match[str]) -> str:
            sealed.append(found[0])
            return _SEAL.format(len(sealed) - 1)

        text = SEALED.sub(put_away, text)
        for shape in self.shapes:
            text = self.mask(shape, text)
        return _SEALS.sub(lambda found: sealed[int(found[1])], text)

    def mask(self, shape: Shape, text: str) -> str:
        """Return *text* with everything of one *shape* masked."""

        def masked(found: re.Match[str]) -> str:
            if shape.check is not None and not shape.check(found[0]):
                return found[0]
            return (found.groupdict().get("kept") or "") + REDACTED

        return shape.pattern.sub(masked, text)

    def _brief(self, text: str) -> str:
        """Return a path or a browser's name, cleaned; one encoded twice is read first.

        Most requests say the same few words, so the answers are kept.
        """
        return self.clean(unquote(text) if "%" in text else text)


redaction = Redaction()
"""The one that every sink uses."""
