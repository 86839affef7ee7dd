"""A folder for a while, which also vanishes when its holder is killed.

A killed process removes nothing. So each folder is locked while it is used, and
whoever makes the next one removes those that nobody holds any more. The kernel frees
a lock when its holder ends, however it ends.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


PREFIX = "strongroom-scratch-"

YOUNG_SECONDS = 60
"""A folder that was just made is let be: its maker may be about to lock it."""

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class ScratchFolder:
    """A new folder below the system's own for such things, held by this process."""

    def __init__(self) -> None:
        """Make and lock one, after removing what killed processes left."""
        for each in _left_behind(Path(tempfile.gettempdir())):
            shutil.rmtree(each, ignore_errors=True)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._handle = os.open(self.path, _OPEN)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove(self) -> None:
        """Remove it with all that is in it; a second time, nothing is done."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _left_behind(below: Path) -> Iterator[Path]:
    """Yield the folders of ours *below* a folder that nobody holds."""
    for each in below.glob(f"{PREFIX}*"):
        with suppress(OSError):  # It has just vanished, or is somebody else's.
            if _is_old_and_ours(each) and not _is_held(each):
                yield each


def _is_old_and_ours(folder: Path) -> bool:
    found = folder.lstat()
    old = time.time() - found.st_mtime > YOUNG_SECONDS
    return old and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _is_held(folder: Path) -> bool:
    handle = os.open(folder, _OPEN)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)
