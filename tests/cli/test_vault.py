"""The keys of a running server from the command line, and a start from shares."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from tests.running import RunningServer, eventually, quiet_profile


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[RunningServer]:
    """Lend a server that has run once and is stopped."""
    profile = quiet_profile(tmp_path / "quiet")
    server = RunningServer(tmp_path / "data", profile, {})
    server.start()
    server.stop()
    yield server
    if server.runs():
        server.stop()


def fed(server: RunningServer, lines: str, *words: str) -> tuple[int, str]:
    """Run a command with *lines* typed in; return its code and what it said."""
    done = subprocess.run(
        server.command(*words),
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_server_opens_from_enough_shares(sealed: RunningServer) -> None:
    """Once split, a start waits and says how to go on; fewer shares do not open it."""
    key = sealed.data / "keys" / "root.key"
    secret = key.read_text(encoding="ascii")
    split = ("vault", "split", "--threshold", "2", "--shares", "3")
    code, said = fed(sealed, "n\n", *split)
    assert (code, key.exists()) == (2, True)
    assert "nothing was changed" in said
    code, said = fed(sealed, "", *split, "--yes")
    assert (code, key.exists()) == (0, False)
    one, two, three = [
        line for line in said.splitlines() if line.startswith("sr-share")
    ]
    assert secret not in said
    code, told = fed(sealed, f"{one}\n{two}\n", "vault", "unseal")
    assert code == 2
    assert "no server waits" in told
    waiting = subprocess.Popen(
        sealed.up_command("--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    sealed.process = waiting
    assert waiting.stderr is not None
    assert waiting.stdout is not None
    line = waiting.stderr.readline().decode()
    assert line == f"sealed: run strongroom vault unseal --data {sealed.data}\n"
    assert eventually((sealed.data / "keys" / "root.sock").exists)
    refused = {
        f"{one}\n": "Share 2 of 2 is missing",
        f"{one}\n{one}\n": "given already",
        f"{one[:-1]}x\n": "no share",
    }
    for lines, words in refused.items():
        code, said = fed(sealed, lines, "vault", "unseal")
        assert (code, words in said) == (2, True), said
    code, said = fed(sealed, "", "db", "url")
    assert (code, "vault unseal" in said) == (2, True), said
    code, said = fed(sealed, f"{three}\n{one}\n", "vault", "unseal")
    assert (code, "2 of 2" in said) == (0, True), said
    assert msgspec.json.decode(waiting.stdout.readline())["ready"]
    assert sealed.ready()
    # A command beside it has the key from the server, and no file has it.
    assert fed(sealed, "", "vault", "status")[0] == 0
    for process in (sealed.pid, *sealed.processes()):
        for name in ("environ", "cmdline"):
            assert secret.encode() not in Path(f"/proc/{process}/{name}").read_bytes()
    for path in sealed.data.rglob("*"):
        if path.is_file() and "pg_wal" not in path.parts:
            assert secret.encode() not in path.read_bytes(), path


def test_a_key_of_the_environment_reaches_no_child(tmp_path: Path) -> None:
    """A server that is given its key by the environment hands it on unseen."""
    secret = "5e" * 32
    profile = quiet_profile(tmp_path / "quiet")
    environment = {"STRONGROOM_ROOT_KEY": secret}
    server = RunningServer(tmp_path / "data", profile, environment)
    server.start()
    try:
        assert server.ready()
        assert not (server.data / "keys" / "root.key").exists()
        assert server.processes()
        for process in server.processes():
            for name in ("environ", "cmdline"):
                shown = Path(f"/proc/{process}/{name}").read_bytes()
                assert secret.encode() not in shown
        assert server.run("vault", "status").returncode == 0
    finally:
        server.tell(signal.SIGTERM)
        server.wait()


def test_keys_are_shown_and_replaced(server: RunningServer) -> None:
    """Status, rotate and rewrap speak to people and to programs."""
    with server.visitor() as visitor:
        server.newcomer(visitor)
        form = {"label": "canary", "phrase": "canary"}
        check = visitor.post("/api/v1/key-checks", json=form).json()["id"]
        organization = visitor.get("/api/v1/session").json()["organization_id"]
        shown = server.run("vault", "status", "--json")
        found = msgspec.json.decode(shown.stdout)
        assert found["owners"] >= 1
        assert "share" not in shown.stdout
        columns = {each["column"]: each for each in found["columns"]}
        assert columns["strongroom.vault_checks.phrase"]["unreadable"] == 0
        assert "vault_checks.phrase" in server.run("vault", "status").stdout
        assert "say which key" in server.run("vault", "rotate").stderr
        for wrong, words in (
            (("--root", "--by", " "), "say who does this"),
            (("--organization", str(uuid4())), "nobody belongs to"),
        ):
            refused = server.run("vault", "rotate", *wrong)
            assert (refused.returncode, words in refused.stderr) == (2, True)
        named = ("--organization", organization, "--by", "Canary")
        turn = ("vault", "rotate", *named, "--json")
        assert msgspec.json.decode(server.run(*turn).stdout) == {"version": 2}
        rooted = server.run("vault", "rotate", "--root")
        assert "takes over" in rooted.stdout
        assert "resealed" in server.run("vault", "rewrap").stdout
        done = msgspec.json.decode(server.run("vault", "rewrap", "--json").stdout)
        assert (done["keys_left"], done["broken"]) == (0, 0)
        opened = visitor.get(f"/api/v1/key-checks/{check}")
        assert opened.json()["phrase"] == "canary"
