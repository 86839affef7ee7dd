"""The kill table of a run: filled by tests, gathered from workers, shown at the end."""

import os
from typing import Any

import pytest

from .cases import STRONGEST, Case, broken_cases
from .kill_table import PAGE, Key, KillTable, key


_TABLE = pytest.StashKey[KillTable]()
_SPARED = pytest.StashKey[int]()

WHOLE_PAGE = "tests/cli/test_prove.py::test_the_whole_page_proves_itself"
"""Where a server tries every proof and sabotage of the strongest profile by itself."""

OUTPUT = "strongroom-kill-table"
"""Under this name a worker hands its rows to whoever started it."""


@pytest.fixture(scope="session")
def kill_table(pytestconfig: pytest.Config) -> KillTable:
    """Return the table that this run fills."""
    return pytestconfig.stash[_TABLE]


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty table."""
    config.stash[_TABLE] = KillTable()


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Let the table be judged when it is full, and nothing be tried twice over."""
    items.sort(key=lambda item: item.name.startswith("test_the_kill_table"))
    if any(item.nodeid == WHOLE_PAGE for item in items):
        spared = [item for item in items if _is_tried_by_the_server(item)]
        items[:] = [item for item in items if item not in set(spared)]
        config.hook.pytest_deselected(items=spared)
        config.stash[_SPARED] = len(spared)


def pytest_report_collectionfinish(config: pytest.Config) -> str | None:
    """Say why tests are left out."""
    spared = config.stash.get(_SPARED, 0)
    if not spared:
        return None
    return f"{spared} proofs and sabotages are a running server's to try: {WHOLE_PAGE}"


def _is_tried_by_the_server(item: pytest.Item) -> bool:
    """Say whether the test of the whole page reads the same from a server's record."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    case = parameters.get("case")
    return isinstance(case, Case) and case.profile == STRONGEST


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
