"""The notes, started as a newcomer starts them."""

import json
import re
import subprocess
import tomllib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.running import RunningServer, eventually


REPOSITORY = Path(__file__).parents[2]

CLAIMS = (
    "tenancy.rows",
    "tenancy.context",
    "edge.tls",
    "edge.hsts",
    "sessions.devices",
    "audit.complete",
)
"""What these tests look at; a page with more would prove the rest meanwhile."""

ENTRY = re.compile(r"^\[\[claim\]\]\n(?:[^\[\n].*\n)+", re.MULTILINE)

CONTACT = """
[contact]
security = "security@example.org"
"""

HEAD = """\
---
title: Security
lead: A page for tests.
---

## All of it

"""

PATIENCE_SECONDS = 240

NOT_TRIED = "its proof has not run for this sentence yet"


class NotesServer(RunningServer):
    """A server that guards an app, with what it has proved of it."""

    app = "examples.notes:notes"

    def up_command(self, *more: str) -> list[str]:
        """Return the command line that starts this server with its app."""
        return super().up_command("--app", self.app, *more)

    def prove(self) -> Mapping[str, str]:
        """Prove every claim on command, and return how each stands."""
        done = subprocess.run(
            self.command("prove", "--json"),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.stdout, done.stderr
        claims = json.loads(done.stdout)["claims"]
        return {claim["id"]: claim["status"] for claim in claims}

    def published(self) -> Mapping[str, Mapping[str, Any]]:
        """Return every claim by its id, as it stands on the server's own page."""
        with self.visitor() as visitor:
            answer = visitor.get("/.well-known/strongroom/claims.json").json()
        return {each["id"]: each for each in answer["claims"]}

    def proved_by_itself(self) -> Mapping[str, str]:
        """Wait until the server has tried each claim, and return how each stands."""
        assert eventually(
            lambda: (
                NOT_TRIED not in {each["reason"] for each in self.published().values()}
            ),
            within=PATIENCE_SECONDS,
        )
        return {name: each["status"] for name, each in self.published().items()}

    def observed(self, claim: str) -> Mapping[str, Any]:
        """Return what the newest signed evidence of *claim* says was seen."""
        with self.visitor() as visitor:
            evidence = visitor.get(f"/.well-known/strongroom/evidence/{claim}").json()
        newest = json.loads(b64decode(evidence["envelopes"][0]["payload"]))
        observed: Mapping[str, Any] = newest["predicate"]["observed"]
        return observed


def small_profile(folder: Path) -> str:
    """Write a profile with `CLAIMS` alone into *folder* and return its path."""
    bundled = files("strongroom.profiles") / "default"
    text = (bundled / "claims.toml").read_text(encoding="utf-8")
    entries = [each for each in ENTRY.findall(text) if _id_of(each) in CLAIMS]
    claims = tomllib.loads("\n".join(entries))["claim"]
    lines = [f"- [{each['statement']}]{{claim={each['id']}}}\n" for each in claims]
    written = {
        "claims.toml": "\n".join(entries) + CONTACT,
        "security.md": HEAD + "".join(lines),
        "strongroom.toml": (bundled / "strongroom.toml").read_text(encoding="utf-8"),
    }
    folder.mkdir(parents=True)
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return str(folder)


def _id_of(entry: str) -> str:
    return str(tomllib.loads(entry)["claim"][0]["id"])


@contextmanager
def run_notes(data: Path, folder: Path) -> Iterator[NotesServer]:
    """Lend the notes of *folder*, on the data folder *data*, until the context ends."""
    with chdir(folder):  # As a newcomer does; the app is looked for here.
        profile = small_profile(data.with_name("profile"))
        server = NotesServer(data, profile, {})
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
