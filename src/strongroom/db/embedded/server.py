"""One run of the server on a cluster: from its start to the end of its last process.

Guards against a start that only seems to succeed: it returns when the server accepts
connections. It does not lock the folder; its caller does.
"""

import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGINT
from subprocess import TimeoutExpired

from .cluster import HERE, Cluster
from .errors import PostgresUnavailable
from .processes import Process, Workplace
from .reason import find_reason
from .survivors import Survivors


# Recovery after a crash replays about max_wal_size, in far less than this.
START_SECONDS = 120.0
STOP_SECONDS = 30.0
MEMORY_SECONDS = 5.0
POLL_SECONDS = 0.005
OUTPUT_LIMIT = 65_536


class Server:
    """The processes of one *cluster*, at most one set at a time."""

    def __init__(self, cluster: Cluster) -> None:
        """Name the *cluster*; nothing is started yet."""
        self._cluster = cluster
        self._survivors = Survivors(cluster.name, cluster.user.uid)
        self._process: Process | None = None

    def start(self, postgres: Path, settings: Mapping[str, str]) -> None:
        """End what an earlier run left, start *postgres*, and await connections.

        Raises:
            PostgresUnavailable: it did not start; the message says why.

        """
        self._survivors.end()
        self._await_memory()
        self._cluster.furnish(settings)
        place = Workplace(self._cluster.data, self._cluster.user)
        with tempfile.TemporaryFile() as said:
            self._process = place.keep(self._command(postgres), said.fileno())
            self._await_connections(self._process, said.fileno())

    def stop(self) -> None:
        """Shut it down: open transactions are rolled back, clients sent away.

        Raises:
            PostgresUnavailable: it does not end, even by force.

        """
        if self._process is not None and self.is_running():
            self._process.send_signal(SIGINT)
            with suppress(TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        # Backends may have outlived a server that crashed.
        self._survivors.end()

    def is_running(self) -> bool:
        """Whether the server runs."""
        return self._process is not None and self._process.poll() is None

    def _command(self, postgres: Path) -> list[str]:
        # The name marks each process of the cluster, see Survivors. That there is no
        # network is said here too, where no file of a restored cluster overrules it.
        options = (f"cluster_name={self._cluster.name}", "listen_addresses=")
        words = [word for option in options for word in ("-c", option)]
        return [str(postgres), "-D", HERE, *words]

    def _await_memory(self) -> None:
        deadline = time.monotonic() + MEMORY_SECONDS
        # After that Postgres itself says what is wrong.
        while self._cluster.is_attached() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _await_connections(self, process: Process, said: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._cluster.is_ready(process.pid):
            if not self.is_running() or time.monotonic() > deadline:
                text = os.pread(said, OUTPUT_LIMIT, 0).decode(errors="replace")
                message = f"no start: {find_reason(text, self._cluster.data)}"
                raise PostgresUnavailable(message)
            time.sleep(POLL_SECONDS)
