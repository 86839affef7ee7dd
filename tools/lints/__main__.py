"""Run the house lints: ``python -m tools.lints [FOLDER]...``."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools.house import AREAS

from .catalogue import LINTS
from .doors import openings
from .figures import file_spread, function_spread
from .runner import Report, check_tree


def main(areas: list[str]) -> int:
    """Print findings, escapes and figures; return 1 when a rule is broken."""
    started = time.perf_counter()
    areas = areas or [area for area in AREAS if Path(area).is_dir()]
    missing = [area for area in areas if not Path(area).is_dir()]
    if missing or not areas:
        print(f"no such folder here: {', '.join(missing or AREAS)}")
        return 2
    report = check_tree(Path.cwd(), areas)
    for line in (*map(str, report.findings), *_summary(report)):
        print(line)
    print(_verdict(report, time.perf_counter() - started))
    return 1 if report.findings else 0


def _summary(report: Report) -> Iterator[str]:
    for source, escape in report.escapes:
        yield f"escape: {source.path}:{escape.line} {escape.name}: {escape.reason}"
    reasons = [
        reason for source in report.sources for _, reason in openings(source) if reason
    ]
    yield f"files: {file_spread(report.sources)}"
    yield f"functions: {function_spread(report.sources)}"
    yield f"system door: {len(reasons)} uses, {len(set(reasons))} reasons"


def _verdict(report: Report, seconds: float) -> str:
    return (
        f"{len(report.findings)} findings, {len(report.escapes)} escapes:"
        f" {len(report.sources)} files, {len(LINTS)} lints, {seconds:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
