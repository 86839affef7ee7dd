"""A folder for a while vanishes, also when whoever made it was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from strongroom.db.embedded import ScratchFolder
from strongroom.db.embedded.scratch import PREFIX


MAKES_ONE = """
from strongroom.db.embedded import ScratchFolder
print(ScratchFolder().path, flush=True)
input()
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let such folders be made in a place of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def make_old(folder: Path) -> None:
    """Let *folder* be of an hour ago."""
    (folder / "rows").write_text("rows")
    os.utime(folder, (0, 0))


def test_it_is_gone_afterwards() -> None:
    """With what is in it; removing it twice does no harm."""
    scratch = ScratchFolder()
    (scratch.path / "rows").write_text("rows")
    assert scratch.path.stat().st_mode & 0o777 == 0o700
    for _ in range(2):
        scratch.remove()
        assert not scratch.path.exists()


def test_what_a_killed_process_left_is_removed_by_the_next() -> None:
    """And not before it was killed, however old the folder is."""
    words = [sys.executable, "-c", MAKES_ONE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as other:  # type: ignore[call-overload]
        left = Path(other.stdout.readline().strip())
        make_old(left)
        ScratchFolder().remove()
        assert left.exists()
        other.send_signal(signal.SIGKILL)
    ScratchFolder().remove()
    assert not left.exists()


def test_only_our_own_and_only_old_ones_are_removed(here: Path) -> None:
    """Neither what is being made just now, nor what only has such a name."""
    young, elsewhere = here / f"{PREFIX}young", here / "elsewhere"
    for each in (young, elsewhere):
        each.mkdir()
    make_old(elsewhere)
    (here / f"{PREFIX}link").symlink_to(elsewhere)
    os.utime(here / f"{PREFIX}link", (0, 0), follow_symlinks=False)
    (here / f"{PREFIX}file").write_text("a file")
    os.utime(here / f"{PREFIX}file", (0, 0))
    ScratchFolder().remove()
    assert {each.name for each in here.iterdir()} == {
        f"{PREFIX}young",
        f"{PREFIX}link",
        f"{PREFIX}file",
        "elsewhere",
    }
    assert (elsewhere / "rows").exists()
