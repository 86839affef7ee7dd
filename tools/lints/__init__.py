"""House lints: what the contracts, ruff and mypy cannot see.

Each lint is one walk over the syntax tree, with samples that it must accept and
samples that it must find. A line may be excused only with a reason, as in
``# lint: sql-format, because a role's name cannot be a parameter``; every escape
is counted and printed, and one that excuses nothing is itself a finding.
"""

from .catalogue import LINTS
from .model import Finding, Lint, Sample, Source
from .runner import Report, check_source, check_tree


__all__ = [
    "LINTS",
    "Finding",
    "Lint",
    "Report",
    "Sample",
    "Source",
    "check_source",
    "check_tree",
]
