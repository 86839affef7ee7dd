"""One server for one folder.

The kernel frees the lock when its holder ends, however it ends, so a crash leaves
nothing to clean up. A forked child holds it too, until it becomes another program.
It guards against a second process of ours, not against a Postgres started by hand.
"""

import fcntl
import os
from pathlib import Path

from .errors import AlreadyRunning


LOCK_FILE = "lock"
OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


class FolderLock:
    """An exclusive lock on *folder*, held by this process."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is locked yet."""
        self._folder = folder
        self._handle: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this very object holds the lock."""
        return self._handle is not None

    def acquire(self) -> None:
        """Lock the folder.

        Raises:
            AlreadyRunning: it is locked.

        """
        handle = os.open(self._folder / LOCK_FILE, OPEN, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode(errors="replace")
            os.close(handle)
            message = f"{self._folder} is in use by process {holder}: stop that first"
            raise AlreadyRunning(message) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Unlock the folder, if we hold the lock."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
