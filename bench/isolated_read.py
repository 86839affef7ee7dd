"""Isolated read: one row by its id through the tenant door, against a plain pool.

The same table, filled once; the plain pool reads it as a superuser, for whom there
is no isolation. The reading process has a processor to itself, see `reader`.
"""

import subprocess
import sys

import msgspec

from .databases import run, scratch_database
from .errors import BenchRefused
from .models import Plan, Sample
from .processors import pinned
from .targets import HERE


ROWS, ORGANIZATIONS = 100_000, 100

TABLE = """
    create table public.notes (
        id uuid primary key,
        organization_id uuid not null,
        title text not null,
        body text not null
    )
"""
# Names made by md5 are the same in every run, so the reader can make them as well.
FILL = f"""
    insert into public.notes
    select md5('note ' || n)::uuid, md5('organization ' || n % {ORGANIZATIONS})::uuid,
           'Note ' || n, repeat('text ', 20)
      from generate_series(0, {ROWS - 1}) as n
"""


def sample(plan: Plan) -> list[Sample]:
    """Return the samples of the plain pools, and of our door.

    Raises:
        BenchRefused: the reading process failed.

    """
    with scratch_database(plan.database_url, "isolated_read") as url:
        run(url, TABLE, FILL, "vacuum analyze public.notes")
        return _read(url, plan)


def _read(url: str, plan: Plan) -> list[Sample]:
    words = (sys.executable, "-m", "bench.reader", url)
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
