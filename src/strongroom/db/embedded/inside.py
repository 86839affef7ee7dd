"""Entering a folder that a lesser user controls.

Guards us, when we are root, against a server that was broken into and plants links
in its folder: nothing here follows a link, opens a device or overwrites a file.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from .privileges import ServerUser


FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
READ_LIMIT = 65_536


class Inside:
    """An open folder; names are looked up in it and nowhere else."""

    def __init__(self, folder: Path) -> None:
        """Open *folder* itself, not what a link points to."""
        self._handle = os.open(folder, FOLDER)

    def __enter__(self) -> Self:
        """Use the folder in a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the folder."""
        os.close(self._handle)

    def names(self) -> list[str]:
        """Return what the folder holds."""
        with os.scandir(self._handle) as entries:
            return [entry.name for entry in entries]

    def newest(self) -> str:
        """Return the file that was changed last.

        Raises:
            FileNotFoundError: the folder is empty.

        """
        try:
            return max(self.names(), key=self._changed)
        except ValueError as error:
            message = "the folder is empty"
            raise FileNotFoundError(message) from error

    def read(self, name: str) -> str:
        """Return the last words of a file, nothing if there is none."""
        try:
            handle = os.open(name, READ, dir_fd=self._handle)
        except FileNotFoundError:
            return ""
        with os.fdopen(handle, "rb") as file:
            file.seek(max(0, os.fstat(handle).st_size - READ_LIMIT))
            return file.read(READ_LIMIT).decode(errors="replace")

    def write(self, name: str, text: str, user: ServerUser) -> None:
        """Put a file of the *user* in the place of *name*, whole or not at all."""
        draft = f".{name}.draft"
        self.remove(draft)
        handle = os.open(draft, CREATE, 0o600, dir_fd=self._handle)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchown(handle, user.uid, user.gid)
        os.rename(draft, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._handle)

    def renew_folder(self, name: str, user: ServerUser) -> None:
        """Put an empty folder of the *user* in the place of the folder *name*."""
        with suppress(FileNotFoundError):
            shutil.rmtree(name, dir_fd=self._handle)
        os.mkdir(name, 0o700, dir_fd=self._handle)
        os.chown(name, user.uid, user.gid, dir_fd=self._handle, follow_symlinks=False)

    def _changed(self, name: str) -> int:
        return os.stat(name, dir_fd=self._handle, follow_symlinks=False).st_mtime_ns
