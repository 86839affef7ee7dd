"""Processes of a cluster that outlived whoever started them.

A server that was killed can leave busy backends behind, and a killed parent can
leave a server. Both must be gone before a new server touches the folder. A process
belongs to the cluster if it runs as its user and carries its name; every signal is
bound to the process that was looked at, so a reused number hits no stranger.
"""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import PostgresUnavailable


# PostgreSQL 17 manual, 18.5: fast shutdown, immediate shutdown; then by force, which
# loses nothing that was committed.
ESCALATION = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
POLL_SECONDS = 0.01
PROC = Path("/proc")


@dataclass(frozen=True)
class Survivors:
    """The processes that run as *uid* and carry the cluster's *name*."""

    name: str
    uid: int

    def end(self) -> None:
        """Shut them down, ever more firmly, and wait until none is left.

        Raises:
            PostgresUnavailable: some will not end.

        """
        for number, patience in ESCALATION:
            for process in self.find():
                self._send(process, number)
            if self._gone_within(patience):
                return
        numbers = ", ".join(map(str, self.find()))
        message = f"these processes of the server do not end: {numbers}"
        raise PostgresUnavailable(message)

    def find(self) -> list[int]:
        """Return the server, or the backends that it left behind."""
        names = (entry.name for entry in PROC.iterdir())
        living = [int(name) for name in names if name.isdigit()]
        servers = [process for process in living if self._is_server(process)]
        return servers or [process for process in living if self._is_backend(process)]

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.find():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _send(self, process: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(process)
            try:
                if self._is_server(process) or self._is_backend(process):
                    signal.pidfd_send_signal(handle, number)
            finally:
                os.close(handle)

    def _is_server(self, process: int) -> bool:
        return f"cluster_name={self.name}".encode() in self._arguments(process)

    def _is_backend(self, process: int) -> bool:
        title = f"postgres: {self.name}: ".encode()
        return self._arguments(process)[0].startswith(title)

    def _arguments(self, process: int) -> list[bytes]:
        folder = PROC / str(process)
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if folder.stat().st_uid == self.uid:
                return (folder / "cmdline").read_bytes().split(b"\0")
        return [b""]
