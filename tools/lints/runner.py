"""Run the lints over files, weigh the escapes, and keep what is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .catalogue import LINTS
from .escapes import Escape
from .model import Finding, Lint, Source


@dataclass(frozen=True, slots=True)
class Report:
    """What was read, what breaks a rule, and what was excused."""

    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]

    @property
    def escapes(self) -> tuple[tuple[Source, Escape], ...]:
        """Every escape with the file that holds it."""
        return tuple((s, escape) for s in self.sources for escape in s.escapes)


def check_tree(root: Path, areas: Sequence[str]) -> Report:
    """Check every Python file under *areas* of the repository at *root*."""
    files = sorted(
        file
        for area in areas
        for file in (root / area).rglob("*.py")
        if "__pycache__" not in file.parts
    )
    sources = tuple(
        Source.parse(file.relative_to(root).as_posix(), file.read_text("utf-8"))
        for file in files
    )
    findings = {found for source in sources for found in check_source(source)}
    return Report(sources, tuple(sorted(findings)))


def check_source(source: Source, lints: Sequence[Lint] = LINTS) -> Iterator[Finding]:
    """Yield what breaks a rule in *source*, its escapes included."""
    used: set[Escape] = set()
    for lint in lints:
        if source.area not in lint.areas:
            continue
        for spot in lint.find(source):
            excuses = {
                escape
                for escape in source.escapes
                if escape.name == lint.name and escape.covers(spot.line, spot.end)
            }
            used |= excuses
            if not excuses:
                yield Finding(str(source.path), spot.line, lint.name, spot.what)
    yield from _judge_escapes(source, used)


def _judge_escapes(source: Source, used: set[Escape]) -> Iterator[Finding]:
    for escape in source.escapes:
        if not escape.reason:
            what = "an escape needs a reason: `# lint: <name>, because <reason>`"
        elif escape not in used:
            what = f"nothing here needs an escape from {escape.name!r}"
        else:
            continue
        yield Finding(str(source.path), escape.line, "escapes", what)
