"""Backups by command, on a running server; and one that is killed half-way."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec

from tests.running import RunningServer


MOST_SECONDS = 60.0
TRIES = 5


def said(server: RunningServer, *words: str) -> Any:
    """Run a command and return what it says as JSON."""
    done = server.run("backup", *words, "--json")
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout)


def archives(server: RunningServer) -> set[Path]:
    """Return every folder of an archive, finished or not."""
    return set((server.data / "backups" / "archives").glob("data-*"))


def is_whole(archive: Path) -> bool:
    """Say whether its last file, the manifest, is there."""
    return (archive / "manifest.json").exists()


def make_key(server: RunningServer) -> None:
    """Let somebody be able to open backups."""
    done = server.run("backup", "key")
    assert done.returncode == 0, done.stderr


def killed_half_way(server: RunningServer) -> Path | None:
    """Kill a run once it writes; return what it left, or None if it was quicker."""
    before = archives(server)
    running = subprocess.Popen(
        server.command("backup", "run"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + MOST_SECONDS
    while not (new := archives(server) - before):
        assert running.poll() is None, "it ended before it wrote anything"
        assert time.monotonic() < deadline
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL or is_whole(*new)
    [left] = new
    return None if is_whole(left) else left


def test_a_backup_is_made_listed_and_verified(server: RunningServer) -> None:
    """Each command tells people and programs; a damaged archive is told in one line."""
    make_key(server)
    made = said(server, "run")
    assert (made["result"], made["reason"]) == ("done", None)
    assert made["rows"] > 0
    listed = {each["name"]: each for each in said(server, "list")}
    assert listed[made["archive"]]["rows"] == made["rows"]
    assert made["archive"] in server.run("backup", "list", COLUMNS="200").stdout
    told = said(server, "verify", made["archive"])
    assert (told["name"], told["whole"]) == (made["archive"], True)
    assert "each as it was signed" in server.run("backup", "verify").stdout
    victim = next(Path(made["where"]).glob(f"**/{made['archive']}/*.age"))
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    broken = server.run("backup", "verify", made["archive"])
    victim.write_bytes(whole)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.count("\n") == 1
    assert "altered" in broken.stderr


def test_a_killed_backup_harms_nothing(server: RunningServer) -> None:
    """The earlier archive still verifies, and the next run is clean."""
    make_key(server)
    earlier = said(server, "run")["archive"]
    left = next(filter(None, (killed_half_way(server) for _ in range(TRIES))), None)
    assert left is not None, "every run was quicker than the kill"
    assert left.name not in {each["name"] for each in said(server, "list")}
    assert said(server, "verify", earlier)["whole"]
    made = said(server, "run")
    assert made["result"] == "done"
    assert not left.exists()
    assert said(server, "verify", made["archive"])["whole"]
