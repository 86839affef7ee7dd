"""The report: JSON for programs, a page for people, and the plot beside it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec

from .models import Comparison, Sample
from .plot import draw
from .words import asked, measured, number, spread, subject, table, verdict


METHOD = Path(__file__).with_name("method.md")
HEAD = ("entry", "what", "goal", "measured", "range", "verdict")


class Report(msgspec.Struct, frozen=True):
    """One run."""

    taken_at: datetime
    rounds: int
    seconds: int
    load_average: tuple[float, float]
    """Before the run and after it; the bench itself adds about two."""

    note: str
    machine: dict[str, str]
    comparisons: list[Comparison]
    samples: list[Sample]


def write(report: Report, folder: Path) -> list[Path]:
    """Write ``bench.json``, ``bench.md`` and ``bench.svg`` into *folder*."""
    texts = {
        "bench.json": msgspec.json.format(msgspec.json.encode(report)).decode() + "\n",
        "bench.md": page(report),
        "bench.svg": draw(report.comparisons, caption(report)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def summary(comparisons: Sequence[Comparison]) -> str:
    """Return the table of figures."""
    return table(HEAD, (_line(comparison) for comparison in comparisons))


def caption(report: Report) -> str:
    """Return when and how long in one line."""
    day = report.taken_at.astimezone(UTC).strftime("%Y-%m-%d")
    return f"{day}, median of {report.rounds} rounds of {report.seconds} s"


def page(report: Report) -> str:
    """Return the page."""
    parts = [
        METHOD.read_text(encoding="utf-8").strip(),
        f"## Figures\n\n{caption(report)}.\n{_surroundings(report)}",
        summary(report.comparisons),
        f"## Samples\n\nMedians of the rounds.\n\n{_samples(report.samples)}",
        f"## Machine\n\n{_machine(report)}",
    ]
    return "\n\n".join(parts) + "\n"


def _surroundings(report: Report) -> str:
    before, after = report.load_average
    load = f"Load average {before:.1f} before the run and {after:.1f} after it."
    return f"{load}\n{report.note}".strip()


def _line(comparison: Comparison) -> tuple[str, ...]:
    goal = comparison.goal
    figures = (asked(goal), measured(comparison), spread(comparison))
    return (goal.entry, subject(goal), *figures, verdict(comparison))


def _samples(samples: Sequence[Sample]) -> str:
    named = dict.fromkeys((sample.entry, sample.target) for sample in samples)
    rows = [_medians(*name, samples) for name in named]
    return table(("entry", "target", "per second", "p50 ms", "p99 ms"), rows)


def _medians(entry: str, target: str, samples: Sequence[Sample]) -> tuple[str, ...]:
    own = [s for s in samples if (s.entry, s.target) == (entry, target)]
    return (
        entry,
        target,
        number(median(sample.per_second for sample in own)),
        number(median(sample.p50_ms for sample in own)),
        number(median(sample.p99_ms for sample in own)),
    )


def _machine(report: Report) -> str:
    return "\n".join(f"- {name}: {text}." for name, text in report.machine.items())
