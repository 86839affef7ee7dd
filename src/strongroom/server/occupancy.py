"""The one process that holds a data folder, and what it tells the others.

Guards against two servers on one folder. The kernel frees the lock when its holder
ends, however it ends, so a crash leaves nothing to clean up.
"""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from .errors import FolderInUse, NotRunning
from .options import Options


PATIENCE_SECONDS = 0.5
"""A command that only looks holds the lock for an instant; wait that instant out."""

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_LARGEST_NOTE = 65_536


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a folder says about itself."""

    pid: int
    ready: bool
    options: Options


class Occupancy:
    """Holds the folder of *options* for this process."""

    def __init__(self, options: Options) -> None:
        """Name the folder; nothing is held yet."""
        self._options = options
        self._handle = -1

    def __enter__(self) -> Self:
        """Take the folder.

        Raises:
            FolderInUse: another process holds it.

        """
        handle = os.open(lock_file(self._options.data), _OPEN, 0o600)
        try:
            _lock(handle, self._options.data)
        except FolderInUse:
            os.close(handle)
            raise
        self._handle = handle
        self.say(ready=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the folder free."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)

    def say(self, *, ready: bool) -> None:
        """Tell commands on this machine where we are and whether we answer."""
        note = Note(pid=os.getpid(), ready=ready, options=self._options)
        text = msgspec.json.encode(note)
        os.pwrite(self._handle, text, 0)
        os.ftruncate(self._handle, len(text))


def read_note(data: str) -> Note:
    """Return what the holder of the folder *data* says.

    Raises:
        NotRunning: nobody holds it, or its holder is only just starting.

    """
    try:
        handle = os.open(lock_file(data), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise _not_running(data) from None
    try:
        if not _is_held(handle):
            raise _not_running(data)
        return msgspec.json.decode(os.pread(handle, _LARGEST_NOTE, 0), type=Note)
    except msgspec.DecodeError:
        message = f"the server on {data} is only just starting: try again in a moment"
        raise NotRunning(message) from None
    finally:
        os.close(handle)


def lock_file(data: str) -> Path:
    """Return where the lock and the note are."""
    return Path(data) / "running.json"


def _lock(handle: int, data: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _takes(handle, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            raise FolderInUse(_held_by(handle, data))
        time.sleep(0.02)


def _is_held(handle: int) -> bool:
    """Say whether somebody holds the lock; the kernel frees ours when we close."""
    return not _takes(handle, fcntl.LOCK_SH)


def _takes(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _held_by(handle: int, data: str) -> str:
    try:
        note = msgspec.json.decode(os.pread(handle, _LARGEST_NOTE, 0), type=Note)
    except msgspec.DecodeError:
        return f"{data} is in use by another server: stop that one first"
    return (
        f"{data} is in use by process {note.pid} at {note.options.public_url}:"
        f" stop that one, or choose another folder with --data"
    )


def _not_running(data: str) -> NotRunning:
    message = f"no server runs on {data}: start it with strongroom up --data {data}"
    return NotRunning(message)
