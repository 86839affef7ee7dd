"""From samples to figures: medians of the ratios within each round."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from .models import Comparison, Goal, Sample, Verdict


def compare(samples: Sequence[Sample], goals: Iterable[Goal]) -> list[Comparison]:
    """Return every goal with what *samples* say about it."""
    return [_judge(goal, samples) for goal in goals]


def in_turns(targets: Sequence[str], rounds: int) -> Iterator[tuple[int, str]]:
    """Yield rounds over *targets*, every second one backwards.

    A machine that slows down during a run then slows each target alike.
    """
    for number in range(rounds):
        order = targets if number % 2 == 0 else reversed(targets)
        yield from ((number, target) for target in order)


def _judge(goal: Goal, samples: Sequence[Sample]) -> Comparison:
    pairs = list(_pairs(goal, samples))
    faults = {sample.fault for pair in pairs for sample in pair if sample.fault}
    if not pairs:
        return Comparison(goal, "not measured")
    if faults:
        return Comparison(goal, "INVALID", fault="; ".join(sorted(faults)))
    figures = [_figure(goal, target, base) for target, base in pairs]
    value = median(figures)
    return Comparison(goal, _verdict(goal, value), value, min(figures), max(figures))


def _pairs(goal: Goal, samples: Sequence[Sample]) -> Iterator[tuple[Sample, Sample]]:
    bases = {
        sample.round: sample
        for sample in samples
        if (sample.entry, sample.target) == (goal.entry, goal.base)
    }
    for sample in samples:
        found = (sample.entry, sample.target) == (goal.entry, goal.target)
        if found and sample.round in bases:
            yield sample, bases[sample.round]


def _figure(goal: Goal, target: Sample, base: Sample) -> float:
    if goal.figure == "ratio":
        return target.per_second / base.per_second
    return target.p50_ms - base.p50_ms


def _verdict(goal: Goal, value: float) -> Verdict:
    if goal.at_least is not None:
        return "met" if value >= goal.at_least else "missed"
    if goal.at_most is not None:
        return "met" if value <= goal.at_most else "missed"
    return "no goal"
