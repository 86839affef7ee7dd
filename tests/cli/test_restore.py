"""A backup is brought back into an operator's own Postgres, with the app's own data."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from strongroom.db import DATABASE, OWNER, found_database, new_database
from strongroom.db.embedded import EmbeddedPostgres
from tests.people import Person
from tests.running import RunningServer, quiet_profile


SHELF = '''\
"""The notes, whose app also keeps a file for each person beside the database."""

from dataclasses import replace
from pathlib import Path

from examples.notes.product import notes
from strongroom.privacy import PersonalFiles, Person

HOME = Path(__file__).parent / "uploads"


async def export(person: Person) -> dict[str, bytes]:
    return {}


async def erase(person: Person) -> None:
    (HOME / str(person.id)).unlink(missing_ok=True)


shelf = replace(
    notes,
    personal_files=(
        PersonalFiles(
            name="uploads", title="Uploads", purpose="a test", ground="contract",
            kept="until it is deleted", export=export, erase=erase,
        ),
    ),
)
'''

TEXT = {"text": "Ask about the lanterns."}


class AppServer(RunningServer):
    """A server around the app of this test, over the operator's Postgres."""

    app = "shelf:shelf"

    def up_command(self, *more: str) -> list[str]:
        """Return the command line that starts this server with its app."""
        return super().up_command("--app", self.app, *more)

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command with the server's own environment, unless *more* differs."""
        return super().run(*words, **{**self._environment, **more})


@pytest.fixture
async def databases() -> AsyncIterator[tuple[str, str]]:
    """Lend an operator's Postgres: the URL of one database, and of an empty one."""
    with EmbeddedPostgres.throwaway() as server:
        await found_database(server.superuser_url, "owner")
        await new_database(server.superuser_url, "another", OWNER)
        yield (
            server.url(OWNER, "owner", DATABASE),
            server.url(OWNER, "owner", "another"),
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the app's module and its files."""
    (tmp_path / "shelf.py").write_text(SHELF, encoding="utf-8")
    (tmp_path / "uploads").mkdir()
    return tmp_path


def note_of(server: RunningServer, visitor: httpx.Client, folder: Path) -> Person:
    """Sign somebody up who writes a note and leaves a file."""
    person = server.newcomer(visitor)
    visitor.post("/notes", json=TEXT).raise_for_status()
    who = visitor.get("/api/v1/session").json()["account_id"]
    (folder / "uploads" / who).write_text(person.email, encoding="utf-8")
    return person


def enters(visitor: httpx.Client, person: Person) -> bool:
    """Say whether somebody can sign in."""
    form = {"email": person.email, "password": person.password}
    return visitor.post("/api/v1/sessions", json=form).is_success


def test_a_backup_fills_an_operators_empty_database(
    folder: Path, databases: tuple[str, str]
) -> None:
    """The app's rows come back; erased people and their files do not."""
    present, empty = databases
    where = {"PYTHONPATH": f"{folder}:{Path.cwd()}", "DATABASE_URL": present}
    profile = quiet_profile(folder / "quiet")
    server = AppServer(folder / "data", profile, where)
    moved = AppServer(folder / "data", profile, where | {"DATABASE_URL": empty})
    identity = folder / "identity.txt"
    restore = ("backup", "restore", "--identity", str(identity), "--profile", profile)
    with_app = (*restore, "--app", AppServer.app)
    try:
        server.start()
        with server.visitor() as one, server.visitor() as other:
            stays, goes = (note_of(server, each, folder) for each in (one, other))
        kept = {each: each.read_bytes() for each in (folder / "uploads").iterdir()}
        identity.write_text(server.run("backup", "key").stdout, encoding="utf-8")
        assert server.run("backup", "run").returncode == 0
        erase = ("privacy", "erase", goes.email, "--by", "Canary", "--yes")
        assert server.run(*erase).returncode == 0
        server.stop()
        require_refused(server, with_app, "point DATABASE_URL to an empty one")
        require_refused(moved, restore, "name the app whose it is by --app")
        for path, content in kept.items():  # As a copy of the files would bring back.
            path.write_bytes(content)
        told = msgspec.json.decode(moved.run(*with_app, "--json").stdout)
        assert (told["erased"] > 0, told["kept_as"]) == (True, None)
        [left] = (folder / "uploads").iterdir()
        assert left.read_text(encoding="utf-8") == stays.email
        require_refused(moved, with_app, "there are people in this database")
        moved.start()
        with moved.visitor() as visitor:
            assert not enters(visitor, goes)
            assert enters(visitor, stays)
            assert [each["text"] for each in visitor.get("/notes").json()] == [
                TEXT["text"]
            ]
    finally:
        for each in (server, moved):
            if each.runs():
                each.stop()


def require_refused(server: RunningServer, words: tuple[str, ...], told: str) -> None:
    """Insist that a command ends in one line that says what to do."""
    refused = server.run(*words)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert told in refused.stderr
