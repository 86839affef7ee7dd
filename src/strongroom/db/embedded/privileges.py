"""Which user the server runs as.

Postgres refuses to run as root, rightly: whoever breaks into it would own the
machine. So root hands it to a user with fewer rights. We add no user to the system
and change no folder but our own. That user can read the rows, nothing else of ours.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from .errors import PostgresUnavailable


# Tried in this order: Debian's and Red Hat's user for Postgres, then POSIX custom.
CANDIDATES = ("postgres", "nobody")
ROOT = 0


@dataclass(frozen=True)
class ServerUser:
    """The user and group that own the cluster and run the server."""

    uid: int
    gid: int


def server_user(*folders: Path) -> ServerUser:
    """Return ourselves or, for root, the owner of *folders* or a lesser user.

    Raises:
        PostgresUnavailable: we are root and the system has no lesser user.

    """
    if os.geteuid() != ROOT:
        return ServerUser(os.geteuid(), os.getegid())
    for status in (folder.lstat() for folder in folders if folder.exists()):
        if status.st_uid != ROOT:
            return ServerUser(status.st_uid, status.st_gid)
    return _lesser_user()


def _lesser_user() -> ServerUser:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return ServerUser(known[name].pw_uid, known[name].pw_gid)
    message = f"root cannot run Postgres, and there is none of {', '.join(CANDIDATES)}"
    raise PostgresUnavailable(message)
