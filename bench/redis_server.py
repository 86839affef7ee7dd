"""A Redis for the length of a run, that keeps nothing and hears nobody else.

It runs beside Postgres and is reached as it is: by a socket of this machine.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ServerFailed, ToolMissing
from .processors import pinned


PATIENCE_SECONDS = 10
PROGRAM = "redis-server"


def require_redis() -> None:
    """Accept a machine that has a Redis.

    Raises:
        ToolMissing: it is not installed.

    """
    if shutil.which(PROGRAM) is None:
        raise ToolMissing(PROGRAM, PROGRAM)


@contextmanager
def redis(scratch: Path, processor: int) -> Iterator[str]:
    """Run Redis on *processor* and yield its URL, as `limits` writes it.

    Raises:
        ServerFailed: it ended, or did not open its socket in time.

    """
    address, log = scratch / "redis.sock", scratch / "redis.log"
    settings = {
        "--port": "0",
        "--unixsocket": str(address),
        "--dir": str(scratch),
        "--logfile": str(log),
        # No snapshots: it counts, as our unlogged tables do, for the moment.
        "--save": "",
        "--appendonly": "no",
    }
    words = [word for setting in settings.items() for word in setting]
    command = pinned((PROGRAM, *words), processor)
    process = subprocess.Popen(command)  # noqa: S603 - the bench's own words only.
    try:
        _await_socket(process, address, log)
        yield f"async+redis+unix://{address}?db=0"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _await_socket(process: subprocess.Popen[bytes], address: Path, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if address.exists():
            return
        time.sleep(0.02)
    message = f"{PROGRAM} did not start: {log.read_text(errors='replace')[-500:]}"
    raise ServerFailed(message)
