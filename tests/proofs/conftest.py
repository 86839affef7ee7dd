"""Twins to break, one per profile and run, and the table of what caught what."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from strongroom.server.labs import TwinProcess, open_twin

from .kill_table import PAGE, KillTable


TwinOf = Callable[[str], Awaitable[TwinProcess]]

_TABLE = pytest.StashKey[KillTable]()


@pytest.fixture(scope="session")
async def twin_of() -> AsyncIterator[TwinOf]:
    """Lend a running twin of any profile, started when it is first asked for."""
    running: dict[str, TwinProcess] = {}
    async with AsyncExitStack() as opened:

        async def find(profile: str) -> TwinProcess:
            if profile not in running:
                twin = await opened.enter_async_context(open_twin(profile))
                running[profile] = twin
            return running[profile]

        yield find


@pytest.fixture(scope="session")
def kill_table(pytestconfig: pytest.Config) -> KillTable:
    """Return the table that this run fills."""
    return pytestconfig.stash[_TABLE]


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty table."""
    config.stash[_TABLE] = KillTable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the table be judged when it is full."""
    items.sort(key=lambda item: item.name.startswith("test_the_kill_table"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was broken, and what the proof said."""
    table = terminalreporter.config.stash[_TABLE]
    if not table.said:
        return
    terminalreporter.section("kill table")
    for (claim, what), said in sorted(table.said.items()):
        terminalreporter.write_line(f"{claim}: {what} → {said}")
    if os.environ.get("STRONGROOM_KILL_TABLE") == "write":
        table.write(PAGE)
        terminalreporter.write_line(f"written to {PAGE}")
