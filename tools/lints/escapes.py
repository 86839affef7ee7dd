"""Comments that excuse a line: ``# lint: <name>, because <reason>``."""

import io
import re
import tokenize
from dataclasses import dataclass


_ESCAPE = re.compile(r"#\s*lint:\s*(?P<name>[\w-]*)(?:,\s*because\s+(?P<reason>.+))?")


@dataclass(frozen=True, slots=True)
class Escape:
    """An excuse on one line, and the reason given for it."""

    line: int
    name: str
    reason: str

    def covers(self, first: int, last: int) -> bool:
        """Say whether the comment stands on those lines, or just above them."""
        return first - 1 <= self.line <= last


def read_escapes(text: str) -> tuple[Escape, ...]:
    """Return every escape among the comments of *text*."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = [
        (token.start[0], _ESCAPE.search(token.string))
        for token in tokens
        if token.type == tokenize.COMMENT
    ]
    return tuple(
        Escape(line, match["name"], (match["reason"] or "").strip())
        for line, match in found
        if match is not None
    )
