"""Why a server did not start, in its own words."""

from contextlib import suppress
from pathlib import Path

from .inside import Inside


GRAVE = ("PANIC:", "FATAL:")
LENGTH_LIMIT = 300
# What Postgres says before it turns from its standard error to its log, and after.
HANDED_OVER = "redirecting log output"
FIRST_LOGGED = "starting PostgreSQL"


def find_reason(said: str, data: Path) -> str:
    """Return the last grave line that the server *said*, or has logged since."""
    lines = said.splitlines()
    if HANDED_OVER in said:
        lines += _logged(data)
    grave = [line for line in lines if any(word in line for word in GRAVE)]
    return (grave or lines or ["it gave no reason"])[-1].strip()[:LENGTH_LIMIT]


def _logged(data: Path) -> list[str]:
    with suppress(FileNotFoundError), Inside(data / "log") as log:
        text = log.read(log.newest())
        return text.rpartition(FIRST_LOGGED)[2].splitlines()
    return []
