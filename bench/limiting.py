"""Limiting: one decision of ours against one of the library `limits`.

In the memory of one process, and shared by all: ours in Postgres, theirs on Redis. The
same 64 actors, 16 tasks and budget for a day; each process first shows that exactly its
budget passes, see `deciding.py` among the peers.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from . import ours
from .compare import in_turns
from .databases import scratch_database
from .errors import BenchRefused
from .goals import IN_MEMORY, LIMITING, LIMITS_MEMORY, LIMITS_REDIS, SHARED
from .install import installed
from .models import Plan, Sample
from .processors import pinned
from .redis_server import redis
from .targets import HERE, PEERS


class Figures(msgspec.Struct, frozen=True):
    """What a deciding process prints."""

    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Process:
    """How to start a deciding process; the seconds come last."""

    command: tuple[str, ...]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)


def sample(plan: Plan) -> list[Sample]:
    """Return the samples of every limiter.

    Raises:
        BenchRefused: a process failed, or admitted another number than its budget.

    """
    with (
        scratch_database(plan.database_url, "limiting") as url,
        redis(plan.scratch, plan.load_processor) as redis_url,
    ):
        chosen = _theirs(redis_url) | (_ours(url, plan) if plan.with_ours else {})
        return [
            _measured(plan, chosen[target], target, number)
            for number, target in in_turns(list(chosen), plan.rounds)
        ]


def _ours(url: str, plan: Plan) -> dict[str, Process]:
    env = ours.limits_environment(url, plan.scratch)
    command = (sys.executable, "-m", "bench.limiter")
    return {
        IN_MEMORY: Process((*command, "memory"), HERE.parent, env),
        SHARED: Process((*command, "shared"), HERE.parent, env),
    }


def _theirs(redis_url: str) -> dict[str, Process]:
    command = (str(installed("limits") / "bin" / "python"), "hits.py")
    return {
        LIMITS_MEMORY: Process((*command, "memory"), PEERS / "limits"),
        LIMITS_REDIS: Process((*command, redis_url), PEERS / "limits"),
    }


def _measured(plan: Plan, process: Process, target: str, number: int) -> Sample:
    done = subprocess.run(  # noqa: S603 - the bench's own words only.
        pinned((*process.command, str(plan.seconds)), plan.server_processor),
        cwd=process.folder,
        env={**os.environ, **process.env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        message = f"{target}: {last}"
        raise BenchRefused(message)
    told = msgspec.json.decode(done.stdout, type=Figures)
    figures = (told.per_second, told.p50_ms, told.p99_ms)
    return Sample(LIMITING, target, number, *figures)
