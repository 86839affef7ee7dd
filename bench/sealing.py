"""Sealing: one value of 1 KiB by the vault's keys, against the bare cipher.

Bare is `cryptography`'s AES-256-GCM with a nonce from the kernel and nothing bound.
Ours is the whole of it: lease, key of the version, bound place, header. A row is then
stored and read back through Postgres, sealed and as it is.
"""

import subprocess
import sys

import msgspec

from .databases import run, scratch_database
from .errors import BenchRefused
from .models import Plan, Sample
from .processors import pinned
from .targets import HERE


TABLE = "create table public.secrets (id uuid primary key, body bytea not null)"


def sample(plan: Plan) -> list[Sample]:
    """Return the samples of the bare cipher, and of the vault's keys.

    Raises:
        BenchRefused: the sealing process failed.

    """
    with scratch_database(plan.database_url, "sealing") as url:
        run(url, TABLE)
        words = (sys.executable, "-m", "bench.sealer", url)
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
