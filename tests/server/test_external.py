"""The operator's own Postgres: the house moves in, and starts nothing of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.db import DATABASE, OWNER, found_database
from strongroom.db.embedded import EmbeddedPostgres
from tests.running import RunningServer, quiet_profile, run_server


@pytest.fixture
def operators() -> Iterator[EmbeddedPostgres]:
    """Lend a Postgres of the operator's own: the house sets its roles' passwords."""
    with EmbeddedPostgres.throwaway() as server:
        yield server


@pytest.fixture
async def owner_url(operators: EmbeddedPostgres) -> str:
    """Return the URL of a role that may create roles, as an operator would make it."""
    await found_database(operators.superuser_url, "owner")
    return operators.url(OWNER, "owner", DATABASE)


def test_a_server_over_the_operators_database(tmp_path: Path, owner_url: str) -> None:
    """It migrates, serves, and commands reach it with the same variable."""
    profile = quiet_profile(tmp_path / "quiet")
    with run_server(tmp_path / "data", profile, DATABASE_URL=owner_url) as server:
        assert server.ready()
        assert not (server.data / "postgres").exists()
        without = server.run("db", "url")
        assert (without.returncode, without.stdout) == (2, "")
        assert "DATABASE_URL" in without.stderr
        with_it = server.run("db", "url", DATABASE_URL=owner_url)
        assert with_it.stdout.strip() == owner_url


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """The line names the database and leaves no password in sight."""
    url = f"postgresql://owner:hidden@/app?host={tmp_path}"
    profile = quiet_profile(tmp_path / "quiet")
    server = RunningServer(tmp_path / "data", profile, {"DATABASE_URL": url})
    with pytest.raises(RuntimeError, match="database cannot be reached") as refused:
        server.start()
    assert str(refused.value).count("\n") == 1
    assert "hidden" not in str(refused.value)
