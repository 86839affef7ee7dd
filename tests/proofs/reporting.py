"""The kill table of a run: filled by tests, gathered from workers, shown at the end."""

import os
from typing import Any

import pytest

from .cases import broken_cases
from .kill_table import PAGE, Key, KillTable, key


_TABLE = pytest.StashKey[KillTable]()

OUTPUT = "strongroom-kill-table"
"""Under this name a worker hands its rows to whoever started it."""


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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the rows on, where this is a worker."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[OUTPUT] = [*session.config.stash[_TABLE].said.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take a worker's rows over; one that crashed has none."""
    rows = getattr(node, "workeroutput", {}).get(OUTPUT, [])
    node.config.stash[_TABLE].said.update({tuple(key): said for key, said in rows})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was broken, and what the proof said."""
    table = terminalreporter.config.stash[_TABLE]
    if not table.said:
        return
    terminalreporter.section("kill table")
    for (claim, what), said in sorted(table.said.items()):
        terminalreporter.write_line(f"{claim}: {what} → {said}")
    if os.environ.get("STRONGROOM_KILL_TABLE") == "write":
        table.write(PAGE, declared())
        terminalreporter.write_line(f"written to {PAGE}")


def declared() -> set[Key]:
    """Return the row of every sabotage that is declared."""
    return {
        key(case.profile, case.claim.id, sabotage.what)
        for case, sabotage in broken_cases()
    }
