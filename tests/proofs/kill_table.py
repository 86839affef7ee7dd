"""The kill table: what was broken on purpose, and what the proof said.

It is published with the build, so that anybody can see that the proofs can fail.
What differs from run to run, such as an identifier, is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


PAGE = Path(__file__).parents[2] / "docs" / "kill-table.md"

HEAD = """\
# The kill table

A proof that cannot fail proves nothing.
So each proof names sabotages: ways to break the control that it checks.
The tests in `tests/proofs` start a server, break it in each of these ways,
and demand that the proof fails and says why.

This page is written by those tests:
`STRONGROOM_KILL_TABLE=write make proofs`.
It names a profile where the proof ran for another than `default`.
"""

_VARYING = (
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "…"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "…"),
    (re.compile(r"https?://(localhost|127\.0\.0\.1):\d+"), "https://…"),
    (re.compile(r"\b(localhost|127\.0\.0\.1):\d+"), "…"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(T[\d:.+]+)?\b"), "…"),
    (re.compile(r"\b[0-9A-F]{24}\b"), "…"),
)
_LONGEST = 160

Key = tuple[str, str]
"""Whose claim it is, as `profile claim` or the bare claim, and what was broken."""


@dataclass(frozen=True, slots=True)
class KillTable:
    """What each proof said while its control was broken."""

    said: dict[Key, str] = field(default_factory=dict)

    def write(self, page: Path, declared: set[Key]) -> None:
        """Bring *page* up to date: what was said now, and of the rest what is declared.

        So a run of some proofs renews their rows, and a sabotage that is gone goes.
        """
        rows = {key: said for key, said in published(page).items() if key in declared}
        page.write_text(f"{HEAD}\n{_tables(rows | self.said)}", encoding="utf-8")


def _tables(said: Mapping[Key, str]) -> str:
    parts = []
    for claim in sorted({claim for claim, _ in said}):
        rows = [
            f"| {_cell(what)} | {_cell(words)} |"
            for (of, what), words in said.items()
            if of == claim
        ]
        head = ["| what was broken | what the proof said |", "|---|---|"]
        parts.append("\n".join([f"## {claim}", "", *head, *sorted(rows)]))
    return "\n\n".join(parts) + "\n"


def published(page: Path) -> dict[Key, str]:
    """Return what *page* says was broken, and what was said then."""
    found: dict[Key, str] = {}
    if not page.exists():
        return found
    claim = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            claim = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| what was broken"):
            what, _, words = line.strip("| ").partition(" | ")
            found[claim, what] = words
    return found


def key(profile: str, claim: str, what: str) -> Key:
    """Return the row of one sabotage."""
    return claim if profile == "default" else f"{claim} ({profile})", _cell(what)


def _cell(text: str) -> str:
    """Return *text* for one cell, without what differs from run to run."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    line = " ".join(text.split()).replace("|", "/")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
