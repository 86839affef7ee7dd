"""Auditing: what a record costs its change, how fast trees grow, how fast they verify.

A plain write is one UPDATE by its id on a connection of its own. An audited write is
the same UPDATE through the tenant door, in one statement with its entry, as a verb
of one statement does it. Sealing takes stored entries into a tree with tiles and a
checkpoint.
"""

import subprocess
import sys

import msgspec

from .databases import run, scratch_database
from .errors import BenchRefused
from .isolated_read import FILL, TABLE
from .models import Plan, Sample
from .processors import pinned
from .targets import HERE


def sample(plan: Plan) -> list[Sample]:
    """Return the samples of plain writes, and of our log.

    Raises:
        BenchRefused: the writing process failed.

    """
    with scratch_database(plan.database_url, "auditing") as url:
        run(url, TABLE, FILL, "vacuum analyze public.notes")
        words = (sys.executable, "-m", "bench.auditor", url, str(plan.scratch))
        numbers = (str(plan.rounds), str(plan.seconds), str(int(plan.with_ours)))
        done = subprocess.run(  # noqa: S603 - the bench's own words only.
            pinned((*words, *numbers), plan.server_processor),
            cwd=HERE.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BenchRefused(done.stderr.strip().rpartition("\n")[2])
    return msgspec.json.decode(done.stdout, type=list[Sample])
