"""The folder that holds the rows.

Made in one step: until initdb has finished it has another name, so a half-made
cluster is never taken for data. What holds data is never deleted here, and the
cluster of another version of Postgres is left as it is.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .configuration import ACCESS, render
from .errors import PostgresUnavailable
from .inside import Inside
from .privileges import ServerUser
from .processes import Workplace
from .wheel import MAJOR_VERSION


UNFINISHED = "unfinished-"
# The kernel shows every process its own working directory under this name, whatever
# the rights on the folders above it, so the server needs none of them.
HERE = "/proc/self/cwd"
# proc_sysvipc(5): key, id, permissions, size, two processes, attached processes.
SHARED_MEMORY = Path("/proc/sysvipc/shm")
INITDB = (
    *("--pgdata", HERE, "--username", "postgres", "--pwfile", "/dev/stdin"),
    *("--auth", "scram-sha-256", "--data-checksums", "--encoding", "UTF8"),
    # Built into Postgres, so no update of the system's library reorders an index.
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
)


@dataclass(frozen=True)
class Cluster:
    """The cluster below *folder*, owned by *user*."""

    folder: Path
    user: ServerUser

    @property
    def data(self) -> Path:
        """The cluster itself."""
        return data_folder(self.folder)

    @property
    def name(self) -> str:
        """A name that no other cluster on this machine has; it outlives a move."""
        status = self.data.stat()
        return f"strongroom-{status.st_dev:x}-{status.st_ino:x}"

    def exists(self) -> bool:
        """Whether there is a cluster, finished and of our version.

        Raises:
            PostgresUnavailable: there is something else in its place.

        """
        if (self.folder / "PG_VERSION").exists():
            message = f"{self.folder} holds a cluster of somebody else"
            raise PostgresUnavailable(message)
        if not os.path.lexists(self.data):
            return False
        with Inside(self.data) as inside:
            if not inside.names():
                return False
            self._require_ours(inside.read("PG_VERSION").strip()[:20])
        return True

    def create(self, initdb: Path, password: str, *extra: str) -> None:
        """Make the cluster, whole or not at all.

        Raises:
            PostgresUnavailable: initdb failed.

        """
        draft = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self.folder))
        os.chown(draft, self.user.uid, self.user.gid, follow_symlinks=False)
        words = _readable_once(password, self.user)
        try:
            Workplace(draft, self.user).run([str(initdb), *INITDB, *extra], words)
        finally:
            os.close(words)
        draft.rename(self.data)
        _sync(self.folder)

    def sweep(self) -> None:
        """Remove what interrupted attempts to create the cluster left behind."""
        for leftover in self.folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def furnish(self, settings: Mapping[str, str]) -> None:
        """Write the configuration and clear away what a crash left; none may run."""
        with Inside(self.data) as inside:
            inside.write("postgresql.conf", render(settings), self.user)
            inside.write("pg_hba.conf", ACCESS, self.user)
            inside.renew_folder("socket", self.user)
            _forget_stranger(inside)

    def is_ready(self, process: int) -> bool:
        """Whether the server *process* accepts connections."""
        lines = self._server_lines()
        return lines[0] == str(process) and lines[7:8] == ["ready   "]

    def is_attached(self) -> bool:
        """Whether a dying process still holds the shared memory of an earlier run.

        It shows no name any more, and Postgres refuses to start beside it.
        """
        segment = " ".join(self._server_lines()[6:7]).split()[1:]
        rows = [row.split() for row in SHARED_MEMORY.read_text().splitlines()]
        return any(row[1:2] == segment and row[6] != "0" for row in rows)

    def _server_lines(self) -> list[str]:
        # Its number first, key and id of its memory in line 7, its state in line 8:
        # written for pg_ctl, and listed in PostgreSQL's pidfile.h.
        with Inside(self.data) as inside:
            return inside.read("postmaster.pid").split("\n")

    def _require_ours(self, version: str) -> None:
        owner = self.data.lstat().st_uid
        if not version:
            problem = "holds files but no cluster; restore it from a backup"
        elif version != MAJOR_VERSION:
            problem = f"was made by PostgreSQL {version}, and this is {MAJOR_VERSION}"
        elif owner != self.user.uid:
            problem = f"belongs to user {owner}, but the server is {self.user.uid}"
        else:
            return
        message = f"{self.data} {problem}"
        raise PostgresUnavailable(message)


def data_folder(folder: Path) -> Path:
    """Return where the cluster of *folder* lies."""
    return folder / "data"


def _forget_stranger(inside: Inside) -> None:
    """Remove a server's number that has passed to another program since.

    Postgres would take that program for a server and refuse to start. Our own
    processes have ended before; a number of nobody is left for Postgres to judge.
    """
    number = inside.read("postmaster.pid").partition("\n")[0]
    if number.isdigit() and Path("/proc", number).exists():
        inside.remove("postmaster.pid")


def _readable_once(password: str, user: ServerUser) -> int:
    """Return a pipe with the password, so that it touches no disk and no list."""
    reading, writing = os.pipe()
    # initdb opens it by name, which takes ownership.
    os.fchown(reading, user.uid, user.gid)
    os.write(writing, f"{password}\n".encode())
    os.close(writing)
    return reading


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
