"""The desk of whoever answers people about their data, against a running server."""

import json
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.running import RunningServer, eventually


BY = ("--by", "Bo")


def said(server: RunningServer, *words: str) -> object:
    """Run a command of the desk and return what it says as JSON."""
    done = server.run("privacy", *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def open_requests(server: RunningServer) -> set[str]:
    """Return the requests on the desk; other tests may have left theirs."""
    found = said(server, "requests")
    assert isinstance(found, list)
    return {each["id"] for each in found}


def test_a_person_is_copied_held_released_and_erased(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """One person's whole way over the operator's desk, each step named."""
    person = server.newcomer(visitor)
    others = open_requests(server)
    copied = said(server, "export", person.email, *BY)
    assert isinstance(copied, dict)
    archive = server.data / "privacy" / "exports" / f"{copied['id']}.zip"
    with zipfile.ZipFile(archive) as files:
        assert person.email in files.read("data/strongroom.accounts.json").decode()
    words = ("--reason", "a court order", *BY)
    held = said(server, "hold", person.email, "strongroom.memberships", *words)
    assert isinstance(held, dict)
    stopped = server.run("privacy", "erase", person.email, "--yes", *BY)
    assert stopped.returncode == 2
    assert "held: strongroom.memberships" in stopped.stderr
    assert visitor.get("/api/v1/session").status_code == 401
    assert said(server, "holds")
    released = server.run("privacy", "release", held["id"], *BY)
    assert "Released." in released.stdout
    assert eventually(lambda: open_requests(server) <= others, within=180)
    assert eventually(lambda: not archive.exists(), within=60)
    answer = server.run("privacy", "erase", person.email, "--yes", *BY)
    assert "No account has this address" in answer.stderr


def test_an_erasure_is_confirmed_by_typing(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """Without the address typed again nobody is erased."""
    person = server.newcomer(visitor)
    refused = server.run("privacy", "erase", person.email, *BY)
    assert refused.returncode == 2
    assert visitor.get("/api/v1/session").is_success


def test_a_question_is_answered(server: RunningServer, visitor: httpx.Client) -> None:
    """It stands in the table until it is answered, and the person reads the answer."""
    server.newcomer(visitor)
    form = {"kind": "access", "words": "What do you know about me?"}
    asked = visitor.post("/api/v1/privacy/requests", json=form).json()
    assert "What do you know" in server.run("privacy", "requests").stdout
    done = server.run("privacy", "answer", asked["id"], "Only your address.", *BY)
    assert done.stdout == "It is answered.\n", done.stderr
    [shown] = visitor.get("/api/v1/privacy/requests").json()
    assert (shown["state"], shown["answer"]) == ("done", "Only your address.")


def test_what_is_kept_is_shown(server: RunningServer) -> None:
    """Each store with its end, and when the job last ran."""
    shown = server.run("privacy", "retention", COLUMNS="200").stdout
    assert "Signed-in devices" in shown
    assert "30 days after its end" in shown
    assert "The job last ran:" in shown
    kept = said(server, "retention")
    assert isinstance(kept, dict)
    assert "strongroom.sessions" in kept["stores"]
    assert not kept["job"]["is_late"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "nobody@example.org", *BY), "No account has this address"),
        (("export", "no address", *BY), "not an e-mail address"),
        (("hold", "a@b.invalid", "public.x", "--reason", "y", *BY), "no such store"),
        (("release", "00000000-0000-0000-0000-000000000000", *BY), "no such request"),
        (("erase", "a@b.invalid", "--yes"), "--by"),
    ],
)
def test_each_mistake_is_one_line(
    server: RunningServer, words: tuple[str, ...], told: str
) -> None:
    """The line says what is wrong, and the exit code is 2."""
    done = server.run("privacy", *words)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert told in done.stderr


def test_nobody_is_asked_without_a_server(tmp_path: Path) -> None:
    """The desk says that a server must run, in one line."""
    server = RunningServer(tmp_path / "none", "default", {})
    done = server.run("privacy", "requests")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
