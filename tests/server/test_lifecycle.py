"""From the start to the end, graceful or not: nothing is lost, nothing is left over."""

import json
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.running import (
    RunningServer,
    eventually,
    is_alive,
    quiet_profile,
    run_server,
)


@pytest.fixture(scope="module")
def killable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Lend a server that these tests may kill."""
    folder = tmp_path_factory.mktemp("mortal")
    with run_server(folder / "data", quiet_profile(folder / "quiet")) as running:
        yield running


@pytest.fixture
def mortal(killable: RunningServer) -> RunningServer:
    """Lend that server running, whatever the test before did to it."""
    if not killable.runs():
        killable.start()
    assert eventually(lambda: answers(killable))
    return killable


def run_up(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command line that should fail at once."""
    return subprocess.run(
        words, capture_output=True, text=True, timeout=30, check=False
    )


def require_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Accept a failure that says what is in the way in one line."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_what_it_says_when_it_is_ready(server: RunningServer) -> None:
    """One line of JSON tells a program everything it needs."""
    assert server.said["ready"] is True
    assert server.said["url"] == server.url
    assert Path(server.said["ca"]) == server.authority
    assert server.said["outbox_url"] == f"{server.admin_url}/outbox"


def test_a_second_server_on_the_folder_is_refused(server: RunningServer) -> None:
    """It is told who holds the folder, and the first one goes on."""
    done = run_up(*server.up_command())
    require_one_line(done, str(server.data), server.url, "--data")
    assert server.ready()


def test_a_busy_port_is_named(server: RunningServer, tmp_path: Path) -> None:
    """The line names the port and the option; nothing was made or started."""
    newcomer = RunningServer(tmp_path / "data", "default", {})
    newcomer.port = server.port
    done = run_up(*newcomer.up_command())
    require_one_line(done, str(server.port), "--port")
    assert not (tmp_path / "data" / "postgres").exists()


def test_the_strict_policy_refuses_tls_1_2(mortal: RunningServer) -> None:
    """A policy with TLS 1.3 serves nothing older."""
    context = mortal.trust()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    for port in (mortal.port, mortal.admin_port):
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            pytest.raises(ssl.SSLError),
        ):
            context.wrap_socket(plain, server_hostname="localhost")


def test_a_killed_worker_is_replaced(mortal: RunningServer) -> None:
    """The other workers answer meanwhile, and the log says what happened."""
    public = children_of(mortal, "public")[0]
    workers = parents(mortal).get(public, [])
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    assert eventually(partial(is_gone, workers[0]))
    assert eventually(lambda: len(living(parents(mortal).get(public, []))) == 2)
    assert eventually(mortal.ready)
    assert "Unexpected exit from worker" in mortal.log


def test_a_killed_child_is_started_again(mortal: RunningServer) -> None:
    """Both the operations process and the whole public listener come back."""
    for part in ("operations", "public"):
        before = children_of(mortal, part)[0]
        os.kill(before, signal.SIGKILL)
        assert eventually(partial(is_gone, before))
        assert eventually(lambda: answers(mortal))
        assert children_of(mortal, part)[0] != before
        assert f"the {part} process ended (SIGKILL)" in mortal.log


def test_killed_and_started_again_the_data_is_there(mortal: RunningServer) -> None:
    """Killed without warning, it leaves no process, and the next start is clean."""
    with mortal.visitor() as visitor:
        person = mortal.newcomer(visitor)
        left = mortal.processes()
        mortal.tell(signal.SIGKILL)
        mortal.wait()
        mortal.start()
        assert visitor.get("/api/v1/session").json()["email"] == person.email
    assert [process for process in left if is_alive(process)] == []


def test_a_request_in_flight_is_finished(mortal: RunningServer) -> None:
    """Told to stop, it refuses newcomers, answers who came before, and ends well."""
    with mortal.visitor() as visitor:
        person = mortal.newcomer(visitor)
    body = json.dumps({"email": person.email, "password": person.password}).encode()
    left = mortal.processes()
    with begin_sign_in(mortal, len(body)) as under_way:
        time.sleep(0.3)  # The worker has the head now, and waits for the body.
        mortal.tell(signal.SIGTERM)
        assert eventually(lambda: not listens(mortal.port))
        under_way.sendall(body)
        assert under_way.recv(65_536).startswith(b"HTTP/1.1 201")
    assert mortal.wait() == 0
    assert [process for process in left if is_alive(process)] == []


def begin_sign_in(server: RunningServer, length: int) -> ssl.SSLSocket:
    """Return a connection on which all of a request but its body was sent."""
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=15)
    spoken = server.trust().wrap_socket(plain, server_hostname="localhost")
    spoken.sendall(
        f"POST /api/v1/sessions HTTP/1.1\r\nhost: localhost:{server.port}\r\n"
        f"content-type: application/json\r\ncontent-length: {length}\r\n\r\n".encode()
    )
    return spoken


def listens(port: int) -> bool:
    """Say whether somebody takes connections on *port*."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def is_gone(process: int) -> bool:
    """Say whether *process* has ended."""
    return not is_alive(process)


def answers(server: RunningServer) -> bool:
    """Say whether both listeners answer."""
    try:
        with server.visitor(server.admin_url) as operator:
            return operator.get("/healthz").is_success and server.ready()
    except httpx.TransportError:
        return False


def children_of(server: RunningServer, part: str) -> list[int]:
    """Return the children of the supervisor that play *part*."""
    return [
        child
        for child in parents(server).get(server.pid, [])
        if f"strongroom.server\0{part}\0" in command_of(child)
    ]


def command_of(process: int) -> str:
    """Return the command line of *process*."""
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8")


def parents(server: RunningServer) -> dict[int, list[int]]:
    """Return the children of each process of *server*."""
    found: dict[int, list[int]] = {}
    for process in server.processes():
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
        found.setdefault(int(status.rpartition(")")[2].split()[1]), []).append(process)
    return found


def living(processes: list[int]) -> list[int]:
    """Return those of *processes* that still run."""
    return [process for process in processes if is_alive(process)]


def test_no_process_takes_code_from_the_current_folder(mortal: RunningServer) -> None:
    """A file that is called like a library does not become one."""
    for part in ("public", "operations"):
        assert "\0-P\0-m\0" in command_of(children_of(mortal, part)[0])
