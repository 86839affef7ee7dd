"""The one process that holds the data folder and keeps the others running.

It starts Postgres, the public listener and the operations process, starts again what
dies, and stops them in the reverse order. If it is killed itself, the kernel ends
the rest, and the next start finds nothing in its way.
"""

import asyncio
import os
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.db import embedded
from strongroom.kernel import utc_now

from .child import Child, sleep_unless
from .data_folder import DataFolder
from .database_urls import embedded_server
from .errors import CannotStart
from .handover import opened_root
from .installation import Installation
from .log_rotation import LogSettings, rotate
from .logs import configure_logs, log
from .occupancy import Occupancy, lock_file
from .options import LOOPBACK, Options
from .ports import require_free_ports
from .prepare import prepare_database, require_provider_secrets
from .probe import Probe
from .root_key import names_a_root
from .succession import settle
from .tls import client_context, ensure_certificates


START_SECONDS = 60.0
LOOK_SECONDS = 0.25
ROTATE_SECONDS = 5.0

Say = Callable[[str], None]
OnReady = Callable[[Installation], None]


@dataclass(frozen=True, slots=True)
class Keeper:
    """What it takes to keep the processes of one server running."""

    installation: Installation
    root: bytes = field(repr=False)
    stop: asyncio.Event


async def serve(options: Options, say: Say, on_ready: OnReady, warn: Say) -> None:
    """Run a server until it is told to stop; *say* each step, call *on_ready* once.

    *warn* tells what a person must do before it goes on.

    Raises:
        CannotStart: something is in the way; nothing is left running.
        AlreadyRunning: another process uses the database's folder.
        PostgresUnavailable: the embedded Postgres does not start.
        ProfileInvalid: the profile cannot be used.
        SettingsInvalid: its policy, or the environment's, cannot be used.
        UnsafeDatabase: the database could break isolation.
        MigrationChanged: the schema was made by an edited migration.

    """
    folder = DataFolder(Path(options.data))
    if not lock_file(options.data).exists():
        require_free_ports(options)  # A refused first start leaves nothing behind.
    folder.path.mkdir(parents=True, exist_ok=True)
    with Occupancy(options) as occupancy, stopped_by_signals() as stop:
        require_free_ports(options)
        folder.create(with_root_key=not names_a_root(os.environ))
        configure_logs(folder.log)
        async with opened_root(folder, os.environ, stop, warn) as root:
            if root is not None:
                settle(folder, root.key)
                installation = Installation.open(options, root=root.key)
                require_provider_secrets(installation)
                ensure_certificates(options, folder)
                keeper = Keeper(installation, root.key, stop)
                await _open(keeper, occupancy, say, on_ready)
    log.info("stopped")


async def _open(
    keeper: Keeper, occupancy: Occupancy, say: Say, on_ready: OnReady
) -> None:
    say("Starting the database")
    async with database(keeper.installation, keeper.stop):
        say("Bringing the schema up to date")
        await prepare_database(keeper.installation)
        say("Opening the listeners")
        async with listeners(keeper):
            if not keeper.stop.is_set():
                occupancy.say(ready=True)
                on_ready(keeper.installation)
            await keeper.stop.wait()
            say("Finishing what is under way")


@contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """Lend an event that is set when we are told to stop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def database(
    installation: Installation, stop: asyncio.Event
) -> AsyncIterator[None]:
    """Run the embedded Postgres, if one is wanted, and start it again if it dies."""
    if installation.options.database != "embedded":
        yield
        return
    server = embedded_server(installation.folder, installation.keys)
    await asyncio.to_thread(server.start)
    watch = asyncio.create_task(keep_database(server, stop))
    try:
        yield
    finally:
        stop.set()
        await watch
        await asyncio.to_thread(server.stop)


async def keep_database(server: embedded.EmbeddedPostgres, stop: asyncio.Event) -> None:
    """Start *server* again whenever it has died."""
    while not stop.is_set():
        if not server.is_running():
            log.warning("Postgres ended: it starts again")
            try:
                await asyncio.to_thread(_start_again, server)
            except (embedded.PostgresUnavailable, embedded.AlreadyRunning) as reason:
                log.error("Postgres does not start: %s", reason)
                await sleep_unless(stop, LOOK_SECONDS * 8)
        await sleep_unless(stop, LOOK_SECONDS)


@asynccontextmanager
async def listeners(keeper: Keeper) -> AsyncIterator[None]:
    """Run the two child processes; enter when they answer, leave when they have ended.

    Raises:
        CannotStart: they do not answer in time, or one does not stay.

    """
    installation, stop = keeper.installation, keeper.stop
    parts = ("public", "operations")
    children = [Child(part, installation.options, keeper.root) for part in parts]
    kept = [asyncio.create_task(child.keep(stop)) for child in children]
    keeping = keep_log_small(installation.folder.log, installation.logs, stop)
    kept.append(asyncio.create_task(keeping))
    try:
        await _answering(installation, children, stop)
        yield
    finally:
        stop.set()
        await asyncio.gather(*(child.stop() for child in children))
        await asyncio.gather(*kept)


async def keep_log_small(
    path: Path, settings: LogSettings, stop: asyncio.Event
) -> None:
    """Rotate the log that every process appends to, and forget its oldest lines."""
    while not stop.is_set():
        rotate(path, settings, utc_now())
        await sleep_unless(stop, ROTATE_SECONDS)


async def _answering(
    installation: Installation, children: list[Child], stop: asyncio.Event
) -> None:
    """Return when both listeners answer over TLS, the public one from the database."""
    public, operations = probes_of(installation)
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while not stop.is_set():
        if await _is_ready(public) and await _is_ready(operations):
            return
        died = [child.part for child in children if child.deaths]
        if died or asyncio.get_running_loop().time() > deadline:
            what = f"the {died[0]} process ended" if died else "no answer in time"
            message = (
                f"the server does not start: {what}; see {installation.folder.log}"
            )
            raise CannotStart(message)
        await sleep_unless(stop, LOOK_SECONDS / 5)


def probes_of(installation: Installation) -> tuple[Probe, Probe]:
    """Return what asks the public and the operator's listener."""
    options = installation.options
    public = client_context(installation.public_tls)
    local = client_context(installation.local_tls)
    return (
        Probe(options.bind, options.host, options.port, public),
        Probe(LOOPBACK, "localhost", options.admin_port, local),
    )


async def _is_ready(probe: Probe) -> bool:
    try:
        return await probe.status_of("/readyz") == 200  # noqa: PLR2004
    except ssl.SSLCertVerificationError as reason:
        message = (
            f"port {probe.port} serves another certificate: {reason.verify_message}"
        )
        raise CannotStart(message) from None


def _start_again(server: embedded.EmbeddedPostgres) -> None:
    server.stop()  # Clears up after a crash, and gives the folder free.
    server.start()
