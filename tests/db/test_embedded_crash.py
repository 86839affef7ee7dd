"""The embedded Postgres: killed in the middle, left behind, started again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread

import asyncpg
import pytest

from strongroom.db.embedded import AlreadyRunning, EmbeddedPostgres
from strongroom.db.embedded.cluster import Cluster
from strongroom.db.embedded.privileges import server_user


PASSWORD = "correct horse"
HOLDER = """
import sys
from pathlib import Path
from strongroom.db.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), sys.argv[2]):
    print("ready", flush=True)
    sys.stdin.read()
"""


async def ask(url: str, statement: str) -> object:
    """Run *statement* in a connection of its own and return its value."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Return when *condition* holds; fail if it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a process of its own that is starting, then holds, a server on *folder*."""
    command = [sys.executable, "-c", HOLDER, str(folder), PASSWORD]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_ready(process: subprocess.Popen[str]) -> None:
    """Return when the *process* has its server running."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def server_process(folder: Path) -> int:
    """Return the number of the server's first process."""
    return int((folder / "data/postmaster.pid").read_text().split()[0])


def is_alive(process: int) -> bool:
    """Whether the process runs, and is not merely unburied."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@contextmanager
def killed_at_last(process: int) -> Iterator[None]:
    """Leave no *process* behind, whatever a test finds."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose cluster holds one committed row."""
    folder = tmp_path_factory.mktemp("crash") / "postgres"
    with EmbeddedPostgres(folder, PASSWORD) as postgres:
        asyncio.run(ask(postgres.superuser_url, "create table t as select 42 as n"))
    return folder


def require_row(folder: Path) -> None:
    """Start a server on *folder* and find the committed row in it."""
    with EmbeddedPostgres(folder, PASSWORD) as postgres:
        assert asyncio.run(ask(postgres.superuser_url, "select min(n) from t")) == 42


async def leave_orphan(postgres: EmbeddedPostgres) -> None:
    """Kill the server under a busy backend, and see *postgres* end what is left."""
    connection = await asyncpg.connect(postgres.superuser_url)
    number = connection.get_server_pid()
    await connection.execute("insert into t values (43)")
    endless = "select count(*) from generate_series(1, 1e11) as g"
    with killed_at_last(number):
        busy = asyncio.ensure_future(connection.execute(endless))
        await asyncio.sleep(0.1)
        os.kill(server_process(postgres.folder), signal.SIGKILL)
        wait_until(lambda: not postgres.is_running())
        assert is_alive(number)
        postgres.stop()
        with pytest.raises((asyncpg.PostgresError, ConnectionError)):
            await asyncio.wait_for(busy, timeout=10)
        wait_until(lambda: not is_alive(number))


def test_a_killed_server_starts_again_over_a_busy_orphan(folder: Path) -> None:
    """A backend that computes on after its server was killed is ended first."""
    with EmbeddedPostgres(folder, PASSWORD) as postgres:
        asyncio.run(leave_orphan(postgres))
        postgres.start()
        assert asyncio.run(ask(postgres.superuser_url, "select max(n) from t")) == 43


def test_memory_in_use_is_seen(folder: Path) -> None:
    """A start can tell that an earlier run's shared memory is still held."""
    cluster = Cluster(folder, server_user(folder / "data"))
    with EmbeddedPostgres(folder, PASSWORD):
        assert cluster.is_attached()
        kept = (folder / "data/postmaster.pid").read_text()
    assert not cluster.is_attached()
    (folder / "data/postmaster.pid").write_text(kept)
    assert not cluster.is_attached()
    (folder / "data/postmaster.pid").unlink()


def test_a_server_dies_with_its_parent(folder: Path) -> None:
    """When its parent is killed, the server shuts down; a start needs no wait."""
    with holder(folder) as process:
        wait_for_ready(process)
        number = server_process(folder)
        with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
            EmbeddedPostgres(folder, PASSWORD).start()
        process.kill()
        process.wait()
        require_row(folder)
    assert not is_alive(number)


def test_a_server_left_alone_shuts_down_by_itself(folder: Path) -> None:
    """No second start is needed to be rid of a killed parent's server."""
    with holder(folder) as process:
        wait_for_ready(process)
        number = server_process(folder)
        process.kill()
    with killed_at_last(number):
        wait_until(lambda: not is_alive(number))
        # It shut down in good order.
        assert not (folder / "data/postmaster.pid").exists()


def test_a_server_that_outlived_its_parent_is_replaced(folder: Path) -> None:
    """The new start shuts the old server down, waits, and starts its own."""
    with holder(folder) as process:
        wait_for_ready(process)
        number = server_process(folder)
        os.kill(number, signal.SIGSTOP)  # So it cannot hear of its parent's end.
        process.kill()
        process.wait()
    with killed_at_last(number):
        starting = Thread(target=require_row, args=(folder,))
        starting.start()
        time.sleep(0.3)
        assert is_alive(number)
        assert starting.is_alive()
        os.kill(number, signal.SIGCONT)
        starting.join()
        assert not is_alive(number)
    require_row(folder)


def test_everything_killed_at_once_loses_nothing(folder: Path) -> None:
    """After kill -9 of parent and server the next start finds what was committed."""
    with holder(folder) as process:
        wait_for_ready(process)
        number = server_process(folder)
        os.kill(process.pid, signal.SIGSTOP)
        os.kill(number, signal.SIGKILL)
        process.kill()
        process.wait()
        assert (folder / "data/postmaster.pid").exists()
        require_row(folder)


def test_a_number_that_passed_to_a_stranger_stops_nobody(folder: Path) -> None:
    """A stale postmaster.pid with a living stranger's number is no server."""
    owner = (folder / "data").stat().st_uid
    user = owner if os.geteuid() == 0 else None
    with subprocess.Popen(["/bin/sleep", "60"], user=user) as stranger:
        try:
            lock_file = folder / "data/postmaster.pid"
            lock_file.write_text(f"{stranger.pid}\n/proc/self/cwd\n0\n5432\n\n\n0 0\n")
            os.chown(lock_file, owner, -1)
            require_row(folder)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_an_interrupted_creation_is_done_again(tmp_path: Path) -> None:
    """A cluster whose making was killed is not taken for one, and leaves no trace."""
    folder = tmp_path / "postgres"
    with holder(folder) as process:
        wait_until(lambda: list(folder.glob("unfinished-*/base/1")))
        process.kill()
        process.wait()
    assert not (folder / "data").exists()
    with EmbeddedPostgres(folder, PASSWORD) as postgres:
        assert asyncio.run(ask(postgres.superuser_url, "select 1")) == 1
        wait_until(lambda: not list(folder.glob("unfinished-*")))


def test_a_server_outlives_the_thread_that_started_it(folder: Path) -> None:
    """It ends with our process, not with whichever thread asked for it."""
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(folder, PASSWORD)
        thread = Thread(target=stack.enter_context, args=(postgres,))
        thread.start()
        thread.join()
        time.sleep(0.2)
        assert postgres.is_running()
        assert asyncio.run(ask(postgres.superuser_url, "select min(n) from t")) == 42
