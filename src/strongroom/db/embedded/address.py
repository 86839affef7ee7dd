"""Where clients find the socket.

The server binds it by a path relative to its own folder, so it needs no right on the
folders above. Clients connect by an absolute path, and the kernel allows 107 bytes.
A longer one gets a short link in a private folder that nobody else can write to.
"""

import os
import stat
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from .errors import PostgresUnavailable


# unix(7): sun_path holds 108 bytes, the last of which is NUL.
PATH_LIMIT = 107
SOCKET_FILE = ".s.PGSQL.5432"
RUN = Path("/run")


class SocketAddress:
    """The path by which clients reach the socket folder *real*."""

    def __init__(self, real: Path, private: Path) -> None:
        """Choose the path, the real one or a link in *private*; nothing is made yet."""
        self._real = real
        self._link = None if _is_usable(real) else private / _name(real)

    @property
    def folder(self) -> Path:
        """The folder to give to a client as its host."""
        return self._link or self._real

    def publish(self) -> None:
        """Make the path lead to the socket.

        Raises:
            PostgresUnavailable: somebody else owns the place where the link belongs.

        """
        if self._link is None:
            return
        _require_private(self._link.parent)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(self._real)

    def withdraw(self) -> None:
        """Remove the link."""
        if self._link is not None:
            self._link.unlink(missing_ok=True)


def private_folder() -> Path:
    """Return where our links belong: the same place for each of our processes."""
    parent = RUN if os.access(RUN, os.W_OK) else Path(tempfile.gettempdir())
    return parent / f"strongroom-{os.geteuid()}"


def _is_usable(folder: Path) -> bool:
    # Clients split a list of hosts at its commas.
    path = os.fsencode(folder / SOCKET_FILE)
    return len(path) <= PATH_LIMIT and b"," not in path


def _name(folder: Path) -> str:
    return sha256(os.fsencode(folder)).hexdigest()[:16]


def _require_private(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    if not private or status.st_uid != os.geteuid():
        message = f"{folder} is not ours alone: remove it, or use a shorter data folder"
        raise PostgresUnavailable(message)
