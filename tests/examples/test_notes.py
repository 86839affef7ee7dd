"""The example is what it says: guarded, isolated, on record, and proved."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from strongroom.server.ports import free_ports
from tests.running import eventually

from .conftest import CLAIMS, REPOSITORY, NotesServer, run_notes


SQL = Path("examples/notes/migrations/0001_notes.sql")

ISOLATE = "select strongroom.isolate('public.notes');"

HURRIED = """\
grant select, insert, delete on public.notes to strongroom_app;
alter table public.notes alter column organization_id
    set default strongroom_guard.organization();
"""

TEXT = {"text": "Ask about the lanterns."}


def problem_of(answer: httpx.Response) -> str:
    """Return the type of the problem that *answer* tells."""
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"])


def test_notes_are_for_who_is_signed_in(notes: NotesServer) -> None:
    """A stranger may neither read nor write, from here or from another site."""
    with notes.visitor() as stranger:
        assert problem_of(stranger.get("/notes")) == "/problems/unauthenticated"
        refused = stranger.post("/notes", json=TEXT)
        assert problem_of(refused) == "/problems/unauthenticated"
        foreign = {"sec-fetch-site": "cross-site"}
        answer = stranger.post("/notes", json=TEXT, headers=foreign)
        assert problem_of(answer) == "/problems/cross-site-write"


def test_another_organization_sees_nothing(notes: NotesServer) -> None:
    """Notes are written, listed, read and deleted by one's own people alone."""
    with notes.visitor() as ours, notes.visitor() as theirs:
        person = notes.newcomer(ours)
        notes.newcomer(theirs)
        note = ours.post("/notes", json=TEXT).raise_for_status().json()
        assert note["text"] == TEXT["text"]
        assert note["written_by"] == person.email
        assert ours.get("/notes").json() == [note]
        address = f"/notes/{note['id']}"
        assert theirs.get("/notes").json() == []
        assert problem_of(theirs.get(address)) == "/problems/not-found"
        assert problem_of(theirs.delete(address)) == "/problems/not-found"
        assert ours.get(address).json() == note
        assert ours.delete(address).status_code == httpx.codes.NO_CONTENT
        assert problem_of(ours.get(address)) == "/problems/not-found"


def test_each_change_is_on_record(notes: NotesServer) -> None:
    """The organization's own log tells what was done, and what was refused."""
    with notes.visitor() as visitor:
        notes.newcomer(visitor)
        note = visitor.post("/notes", json=TEXT).raise_for_status().json()
        visitor.delete(f"/notes/{note['id']}").raise_for_status()
        visitor.delete(f"/notes/{note['id']}")
        visitor.post("/notes", json={"text": ""})
        log = visitor.get("/api/v1/audit-logs", params={"limit": 4}).json()
    told = [(each["action"], each["outcome"]) for each in log["entries"]]
    assert told == [
        ("request.write", "refused"),
        ("request.write", "refused"),
        ("note.delete", "done"),
        ("note.write", "done"),
    ]


def test_house_and_app_share_the_address(notes: NotesServer) -> None:
    """Every page of the house is where it always is; every other path is the app's."""
    with notes.visitor() as visitor:
        assert visitor.get("/security").is_success
        assert visitor.get("/api/openapi.json").json()["info"]["title"] != "Notes"
        assert visitor.get("/openapi.json").json()["info"]["title"] == "Notes"
        assert visitor.get("/").headers["location"] == "/console"
        assert visitor.get("/nowhere").json() == {"detail": "Not Found"}


def test_the_same_proofs_hold_for_the_notes(notes: NotesServer) -> None:
    """The proofs look at the table and perform the operations, live and in the twin.

    The server tried them by itself; on command they are tried once more.
    """
    assert notes.proved_by_itself() == dict.fromkeys(CLAIMS, "proved")
    assert notes.prove() == dict.fromkeys(CLAIMS, "proved")
    assert "notes" in notes.observed("tenancy.rows")["tables"]
    performed = notes.observed("audit.complete")["operations"]
    assert {"POST /notes", "DELETE /notes/{note_id}"} <= set(performed)


@pytest.mark.parametrize("instead", ["", HURRIED], ids=["forgotten", "granted"])
def test_without_isolation_exactly_one_claim_falls(
    tmp_path: Path, instead: str
) -> None:
    """In a copy whose SQL does not isolate the table, ``tenancy.rows`` is red."""
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    sql = tmp_path / SQL
    text = sql.read_text(encoding="utf-8")
    assert ISOLATE in text
    sql.write_text(text.replace(ISOLATE, instead), encoding="utf-8")
    with run_notes(tmp_path / "data", tmp_path) as server:
        stands = server.proved_by_itself()
        reason = server.published()["tenancy.rows"]["reason"]
    # Without the call's grants the app cannot write, and the house cannot copy what
    # the table holds about people: nobody can tell whether that would be on record.
    expected = dict.fromkeys(CLAIMS, "proved") | {"audit.complete": "unproven"}
    assert stands == expected | {"tenancy.rows": "failing"}
    assert "notes" in reason


def test_a_server_of_ones_own_guards_as_well(notes: NotesServer) -> None:
    """Under uvicorn, on the same data folder, the same sessions hold."""
    [port] = free_ports(1)
    settings = {"STRONGROOM_DATA": str(notes.data), "STRONGROOM_PORT": str(port)}
    files = ("--ssl-certfile", "tls/server.pem", "--ssl-keyfile", "tls/server.key")
    uvicorn = (sys.executable, "-m", "uvicorn", "examples.notes.asgi:app")
    with notes.visitor() as visitor, notes.visitor(f"https://localhost:{port}") as own:
        notes.newcomer(visitor)
        with subprocess.Popen(
            [*uvicorn, "--port", str(port), *files],
            cwd=notes.data,
            env=os.environ | settings | {"PYTHONPATH": str(REPOSITORY)},
        ) as process:
            try:
                assert eventually(lambda: answers(own), within=60)
                assert problem_of(own.get("/notes")) == "/problems/unauthenticated"
                own.cookies.update(visitor.cookies)
                assert own.post("/notes", json=TEXT).is_success
                assert visitor.get("/notes").json() == own.get("/notes").json() != []
            finally:
                process.terminate()


def answers(visitor: httpx.Client) -> bool:
    """Say whether a server answers *visitor* at this moment."""
    try:
        return visitor.get("/readyz").is_success
    except httpx.TransportError:
        return False
