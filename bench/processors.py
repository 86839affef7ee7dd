"""Which processor does what: servers on the first, load and Postgres on the second.

Sharing one would make a server slower the harder it is asked.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .databases import connect
from .errors import BenchRefused


PROC = Path("/proc")
POSTGRES = "postgres"


def server_and_load() -> tuple[int, int]:
    """Return the processor for servers and the one for load.

    Raises:
        BenchRefused: this machine lends us only one.

    """
    match sorted(os.sched_getaffinity(0)):
        case [server, load, *_]:
            return server, load
        case _:
            message = "the bench needs two processors, one of them for the load"
            raise BenchRefused(message)


def pinned(command: tuple[str, ...], processor: int) -> list[str]:
    """Return *command* as a command that stays on *processor*."""
    return ["taskset", "--cpu-list", str(processor), *command]


@contextmanager
def postgres_pinned(database_url: str, processor: int) -> Iterator[bool]:
    """Keep the Postgres behind *database_url* on *processor*, if it is ours to keep.

    Yields whether it is: it may run elsewhere, or as somebody else.
    """
    before = asyncio.run(_places(database_url))
    try:
        yield bool(before) and _set({process: {processor} for process in before})
    finally:
        _set(before)


async def _places(database_url: str) -> dict[int, set[int]]:
    """Return where the server's processes run; its new ones inherit the first's."""
    connection = await connect(database_url)
    try:
        backend: int = await connection.fetchval("select pg_backend_pid()")
        if not _is_up(backend):
            return {}
        first = _parents()[backend]
        family = [child for child, parent in _parents().items() if parent == first]
        return {process: os.sched_getaffinity(process) for process in [first, *family]}
    finally:
        await connection.close()


def _is_up(process: int) -> bool:
    name = PROC / str(process) / "comm"
    return name.exists() and name.read_text().strip() == POSTGRES


def _parents() -> dict[int, int]:
    found = {}
    for status in PROC.glob("[0-9]*/stat"):
        try:
            # proc(5): the name stands in brackets, then the state, then the parent.
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended while we looked.
        found[int(status.parent.name)] = int(fields[1])
    return found


def _set(places: Mapping[int, set[int]]) -> bool:
    """Set each process's place; say whether we may."""
    for process, processors in places.items():
        try:
            os.sched_setaffinity(process, processors)
        except ProcessLookupError:
            continue  # It has ended, and needs no place.
        except PermissionError:
            return False
    return True
