"""The embedded server from outside: start it, reach it, stop it.

Guards the rows against a second server, the server against the network, and the
machine against a server that outlives us. If one did all the same, its parent having
been killed, it is shut down and a new one started: so the server is always our child
and always has the settings of now.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from .address import SocketAddress, private_folder
from .binaries import find_installation
from .cluster import Cluster, data_folder
from .configuration import DURABLE, THROWAWAY
from .errors import PostgresUnavailable
from .lock import FolderLock
from .privileges import server_user
from .scratch import ScratchFolder
from .server import Server


SUPERUSER = "postgres"


class EmbeddedPostgres:
    """A Postgres cluster of our own in a folder, reached over a Unix-domain socket."""

    settings: Mapping[str, str] = DURABLE
    initdb_options: tuple[str, ...] = ()

    def __init__(self, folder: Path, password: str) -> None:
        """Name the *folder* and the superuser's *password*; nothing is started yet.

        Raises:
            ValueError: the password is empty or not one line of printable text.

        """
        if not password or not password.isprintable():
            message = "the superuser's password must be one line of printable text"
            raise ValueError(message)
        self.folder = folder.resolve()
        self._password = password
        self._lock = FolderLock(self.folder)
        socket = data_folder(self.folder) / "socket"
        self._address = SocketAddress(socket, private_folder())
        self._server: Server | None = None

    @staticmethod
    def throwaway() -> "ThrowawayPostgres":
        """Return a server in a folder of its own that vanishes when it stops."""
        return ThrowawayPostgres()

    @property
    def socket_folder(self) -> Path:
        """The folder that clients give as their host."""
        return self._address.folder

    @property
    def superuser_url(self) -> str:
        """The URL that may do anything: for making roles and databases."""
        return self.url(SUPERUSER, self._password, "postgres")

    def url(self, role: str, password: str, database: str) -> str:
        """Return the URL by which *role* reaches *database*, running or not."""
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        host = quote(os.fsencode(self.socket_folder))
        return f"postgresql://{who}@/{quote(database, safe='')}?host={host}"

    def is_running(self) -> bool:
        """Whether the server that we started runs."""
        return self._server is not None and self._server.is_running()

    def start(self) -> None:
        """Start the server, on a new cluster if there is none, and await connections.

        Raises:
            AlreadyRunning: another process, or this one, uses the folder.
            PostgresUnavailable: it did not start; the message says why.

        """
        with _told_in_one_line(), ExitStack() as undo:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            undo.callback(self.stop)
            self._launch()
            undo.pop_all()

    def stop(self) -> None:
        """Shut the server down; what was committed is kept.

        Does nothing if it was not started. After a crash it clears up for a new start.

        Raises:
            PostgresUnavailable: it does not end.

        """
        if not self._lock.is_held:
            return
        try:
            if self._server is not None:
                self._server.stop()
        finally:
            self._server = None
            self._address.withdraw()
            self._lock.release()

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    def _launch(self) -> None:
        programs = find_installation() / "bin"
        user = server_user(data_folder(self.folder), self.folder)
        cluster = Cluster(self.folder, user)
        cluster.sweep()
        if not cluster.exists():
            cluster.create(programs / "initdb", self._password, *self.initdb_options)
        self._address.publish()
        self._server = Server(cluster)
        self._server.start(programs / "postgres", self.settings)


class ThrowawayPostgres(EmbeddedPostgres):
    """A server for tests and twins: small, careless of power cuts, gone at its stop."""

    settings = THROWAWAY
    initdb_options = ("--no-sync",)

    def __init__(self) -> None:
        """Make a new folder and a password for it."""
        self._scratch = ScratchFolder()
        super().__init__(self._scratch.path, secrets.token_urlsafe())

    def stop(self) -> None:
        """Shut the server down and remove its folder."""
        super().stop()
        self._scratch.remove()


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"Postgres cannot be started: {error}"
        raise PostgresUnavailable(message) from error
