"""Measure, print the table, write the report: ``python -m bench``.

It exits 0 when everything was measured, whether goals were met or missed; 1 when a
run was invalid; 2 when it cannot measure here.
"""

import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from . import (
    auditing,
    edge_pass,
    forward_auth,
    isolated_read,
    limiting,
    sealing,
    session_check,
    sign_in,
)
from .compare import compare
from .databases import postgres
from .errors import BenchRefused
from .goals import (
    AUDITING,
    EDGE_PASS,
    FORWARD_AUTH,
    GOALS,
    ISOLATED_READ,
    LIMITING,
    SEALING,
    SESSION_CHECK,
    SIGNING_IN,
)
from .install import install_peers
from .load import require_wrk
from .machine import describe, load_average
from .models import Plan, Sample
from .processors import postgres_pinned, server_and_load
from .redis_server import require_redis
from .report import Report, summary, write
from .targets import HERE


ENTRIES: dict[str, tuple[str, Callable[[Plan], list[Sample]]]] = {
    "session_check": (SESSION_CHECK, session_check.sample),
    "forward_auth": (FORWARD_AUTH, forward_auth.sample),
    "isolated_read": (ISOLATED_READ, isolated_read.sample),
    "edge_pass": (EDGE_PASS, edge_pass.sample),
    "sign_in": (SIGNING_IN, sign_in.sample),
    "sealing": (SEALING, sealing.sample),
    "limiting": (LIMITING, limiting.sample),
    "auditing": (AUDITING, auditing.sample),
}


def main() -> int:
    """Run the bench."""
    options = _options()
    try:
        require_wrk()
        require_redis()
        install_peers()
        report = _measure(options)
    except BenchRefused as refused:
        print(f"bench: {refused}", file=sys.stderr)
        return 2
    print(summary(report.comparisons))
    for path in write(report, options.out) if options.out else ():
        print(f"wrote {path}")
    invalid = any(one.verdict == "INVALID" for one in report.comparisons)
    return 1 if invalid else 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--database-url",
        help="a superuser, on a Postgres to be thrown away (default: one of our own)",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", choices=ENTRIES, action="append")
    parser.add_argument(
        "--peers-only", action="store_true", help="leave our own side out"
    )
    parser.add_argument("--note", default="", help="a sentence beside the figures")
    parser.add_argument(
        "--out", type=Path, help="where the report goes (default: docs, if complete)"
    )
    options = parser.parse_args()
    if not (options.out or options.only or options.peers_only):
        options.out = HERE.parent / "docs"
    return options


def _measure(options: Namespace) -> Report:
    before = load_average()
    chosen = dict(ENTRIES[name] for name in options.only or ENTRIES)
    samples: list[Sample] = []
    with _plan(options) as plan:
        machine = describe(plan)
        for entry, sample in chosen.items():
            print(f"measuring {entry} …", file=sys.stderr)
            samples += sample(plan)
    return Report(
        taken_at=datetime.now(UTC),
        rounds=options.rounds,
        seconds=options.seconds,
        load_average=(before, load_average()),
        note=options.note,
        machine=machine,
        comparisons=compare(samples, [goal for goal in GOALS if goal.entry in chosen]),
        samples=samples,
    )


@contextmanager
def _plan(options: Namespace) -> Iterator[Plan]:
    servers, load = server_and_load()
    os.sched_setaffinity(0, {load})
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        postgres(options.database_url, Path(folder)) as url,
        postgres_pinned(url, load) as is_pinned,
    ):
        yield Plan(
            database_url=url,
            scratch=Path(folder),
            server_processor=servers,
            load_processor=load,
            postgres_is_pinned=is_pinned,
            rounds=options.rounds,
            seconds=options.seconds,
            with_ours=not options.peers_only,
        )


if __name__ == "__main__":
    sys.exit(main())
