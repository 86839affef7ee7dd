"""The plot: one row per ratio on a logarithmic scale, as SVG written by hand.

Colours follow the reader's light or dark mode; every verdict is also a word and a
shape, and the whole is described for those who do not see it.
"""

from collections.abc import Sequence
from itertools import groupby
from math import log10
from xml.sax.saxutils import escape

from .models import Comparison
from .plot_style import STYLE
from .words import TIMES, asked, measured, sign, subject, verdict


WIDTH, LEFT, RIGHT, COLUMN = 920, 310, 670, 694
TOP, ROW, GAP = 86, 44, 30
SMALLEST, LARGEST = 0.01, 100.0
TICKS = (0.01, 0.1, 1.0, 10.0, 100.0)
NAMESPACE = "http://www.w3.org/2000/svg"
ROLE = 'role="img" aria-labelledby="title description"'
TITLE = "Strongroom beside its peers"


def draw(comparisons: Sequence[Comparison], caption: str) -> str:
    """Return the plot of *comparisons* as the text of an SVG file."""
    rows, bottom = _rows(comparisons)
    height = bottom + 52
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {WIDTH} {height}" {ROLE}>',
        f'<title id="title">{TITLE}: ratios and goals</title>',
        f'<desc id="description">{escape(_description(comparisons))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>',
        _text(24, 36, "title ink", TITLE),
        _text(24, 58, "soft", f"Ratios, {caption}. The upright mark is the goal."),
        *_scale(bottom),
        *rows,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(comparisons: Sequence[Comparison]) -> tuple[list[str], int]:
    parts: list[str] = []
    y = TOP
    for entry, group in groupby(comparisons, key=lambda one: one.goal.entry):
        parts.append(_text(24, y + 18, "entry ink", entry.capitalize()))
        y += GAP
        for comparison in group:
            parts += _row(comparison, y + ROW // 2)
            y += ROW
        y += GAP // 3
    return parts, y


def _row(comparison: Comparison, y: int) -> list[str]:
    goal = comparison.goal
    figures = [measured(comparison)] if comparison.value is not None else []
    if goal.at_least is not None or goal.at_most is not None:
        figures.append(f"goal {asked(goal)}")
    tone = comparison.verdict.replace(" ", "-")
    return [
        _text(24, y - 3, "ink", goal.target),
        _text(24, y + 13, "soft", f"{sign(goal)} {goal.base}"),
        *(_marks(comparison, y, tone) if goal.figure == "ratio" else []),
        _text(COLUMN, y - 3, "ink", ", ".join(figures)),
        _text(COLUMN, y + 13, tone, verdict(comparison)),
    ]


def _marks(comparison: Comparison, y: int, tone: str) -> list[str]:
    marks = []
    if comparison.value is not None:
        start, end = sorted((_x(1), _x(comparison.value)))
        bar = f'x="{start:.1f}" y="{y - 7}" width="{end - start:.1f}" height="14"'
        marks.append(f'<rect class="{tone} bar" {bar} rx="2"/>')
    if comparison.low is not None and comparison.high is not None:
        marks.append(_line("range", _x(comparison.low), y, _x(comparison.high), y))
    if comparison.goal.at_least is not None:
        x = _x(comparison.goal.at_least)
        marks.append(_line("goal", x, y - 13, x, y + 13))
    return marks


def _scale(bottom: int) -> list[str]:
    parts = []
    for tick in TICKS:
        x, name = _x(tick), "one" if tick == 1 else "rule"
        parts.append(_line(name, x, TOP, x, bottom))
        label = f'class="soft" text-anchor="middle" x="{x:.1f}" y="{bottom + 20}"'
        parts.append(f"<text {label}>{tick:g}{TIMES}</text>")
    label = f'class="soft" text-anchor="middle" x="{_x(1):.1f}" y="{bottom + 38}"'
    return [*parts, f"<text {label}>as fast as the other</text>"]


def _x(ratio: float) -> float:
    within = min(max(ratio, SMALLEST), LARGEST)
    share = log10(within / SMALLEST) / log10(LARGEST / SMALLEST)
    return LEFT + share * (RIGHT - LEFT)


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}"'
    return f'<line class="{name}" {ends}/>'


def _text(x: int, y: int, name: str, words: str) -> str:
    return f'<text class="{name}" x="{x}" y="{y}">{escape(words)}</text>'


def _description(comparisons: Sequence[Comparison]) -> str:
    lines = (
        f"{one.goal.entry}, {subject(one.goal)}: {measured(one)},"
        f" goal {asked(one.goal)}, {one.verdict}"
        for one in comparisons
    )
    return ". ".join(lines) + "."
