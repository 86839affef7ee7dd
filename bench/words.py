"""How a figure, a goal and a verdict read, the same in every form of the report."""

from collections.abc import Iterable

from .models import Comparison, Goal, Verdict


MARKS: dict[Verdict, str] = {
    "met": "●",
    "missed": "✕",
    "no goal": "·",
    "INVALID": "!",
    "not measured": "○",
}
"""A shape beside the word: neither colour nor shape ever speaks alone."""

TIMES, MINUS, NOTHING = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}", "-"
GROUPED_FROM = 1000


def subject(goal: Goal) -> str:
    """Return what is compared with what."""
    return f"{goal.target} {sign(goal)} {goal.base}"


def sign(goal: Goal) -> str:
    """Return what is done with the two figures."""
    return "÷" if goal.figure == "ratio" else MINUS


def asked(goal: Goal) -> str:
    """Return what is asked."""
    if goal.at_least is not None:
        return f"≥ {number(goal.at_least)}{_unit(goal)}"
    if goal.at_most is not None:
        return f"≤ {number(goal.at_most)}{_unit(goal)}"
    return NOTHING


def measured(comparison: Comparison) -> str:
    """Return what was measured."""
    if comparison.value is None:
        return NOTHING
    return f"{number(comparison.value)}{_unit(comparison.goal)}"


def spread(comparison: Comparison) -> str:
    """Return the range over the rounds."""
    if comparison.low is None or comparison.high is None:
        return NOTHING
    return f"{number(comparison.low)} to {number(comparison.high)}"


def verdict(comparison: Comparison) -> str:
    """Return the verdict, and why a run does not count."""
    word = f"{MARKS[comparison.verdict]} {comparison.verdict}"
    return f"{word}: {comparison.fault}" if comparison.fault else word


def number(value: float) -> str:
    """Return *value* with the three digits that may mean something."""
    if abs(value) < GROUPED_FROM:
        return f"{value:.3g}"
    return f"{value:,.0f}".replace(",", " ")


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table that reads well as plain text and is Markdown as well."""
    lines = [head, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    written = [_row(line, widths) for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([written[0], rule, *written[1:]])


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return f"| {' | '.join(padded)} |"


def _unit(goal: Goal) -> str:
    return TIMES if goal.figure == "ratio" else " ms"
