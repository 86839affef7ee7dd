"""The notes, started as a newcomer starts them."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.running import RunningServer


REPOSITORY = Path(__file__).parents[2]


class NotesServer(RunningServer):
    """A server that guards an app, with what it has proved of it."""

    app = "examples.notes:notes"

    def up_command(self, *more: str) -> list[str]:
        """Return the command line that starts this server with its app."""
        return super().up_command("--app", self.app, *more)

    def prove(self, expression: str) -> Mapping[str, str]:
        """Prove some claims on command, and return how each stands."""
        said = self.run("prove", "--json", "-k", expression)
        assert said.stdout, said.stderr
        claims = json.loads(said.stdout)["claims"]
        return {claim["id"]: claim["status"] for claim in claims}

    def reason(self, claim: str) -> str:
        """Return why the claim stands as it does, as the server publishes it."""
        with self.visitor() as visitor:
            answer = visitor.get("/.well-known/strongroom/claims.json").json()
        [found] = [each for each in answer["claims"] if each["id"] == claim]
        return str(found["reason"])

    def observed(self, claim: str) -> Mapping[str, Any]:
        """Return what the newest signed evidence of *claim* says was seen."""
        with self.visitor() as visitor:
            evidence = visitor.get(f"/.well-known/strongroom/evidence/{claim}").json()
        newest = json.loads(b64decode(evidence["envelopes"][0]["payload"]))
        observed: Mapping[str, Any] = newest["predicate"]["observed"]
        return observed


@contextmanager
def run_notes(data: Path, folder: Path) -> Iterator[NotesServer]:
    """Lend the notes of *folder*, on the data folder *data*, until the context ends."""
    with chdir(folder):  # As a newcomer does; the app is looked for here.
        server = NotesServer(data, "default", {})
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotesServer]:
    """Lend the notes as they are."""
    data = tmp_path_factory.mktemp("notes") / "data"
    with run_notes(data, REPOSITORY) as server:
        yield server
