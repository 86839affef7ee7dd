"""What is planned, what was sampled, and what is compared."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


Verdict = Literal["met", "missed", "no goal", "INVALID", "not measured"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure, and where."""

    database_url: str
    """A superuser's URL; every entry makes its own database there and drops it."""

    scratch: Path
    """A folder for logs and lists of cookies, removed afterwards."""

    server_processor: int
    load_processor: int
    postgres_is_pinned: bool
    rounds: int
    seconds: int
    with_ours: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One target in one round."""

    entry: str
    target: str
    round: int
    per_second: float
    p50_ms: float
    p99_ms: float
    fault: str = ""
    """Why this run does not count: answers that were not 2xx, or not whole."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure made of two targets, and what is asked of it."""

    entry: str
    target: str
    base: str
    figure: Literal["ratio", "extra ms"] = "ratio"
    """Throughput over throughput, or median time minus median time."""

    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A goal and what was measured: the median of the rounds, and their range."""

    goal: Goal
    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None
    fault: str = ""
