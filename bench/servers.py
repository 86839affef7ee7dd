"""Servers under test: started on their own processor, awaited, ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import ServerFailed
from .probe import ask
from .processors import pinned
from .targets import Server


PATIENCE_SECONDS = 30
LAST_WORDS = 1500


@contextmanager
def running(server: Server, processor: int, logs: Path) -> Iterator[str]:
    """Run *server* on *processor* and yield its address.

    Raises:
        ServerFailed: it ended, or did not answer in time.

    """
    port = _free_port()
    log = logs / f"{server.name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = _start(server, port, processor, output.fileno())
    try:
        address = f"http://127.0.0.1:{port}"
        _await_answer(process, port, log)
        yield address
    finally:
        _end(process)


def _start(
    server: Server, port: int, processor: int, output: int
) -> subprocess.Popen[bytes]:
    command = tuple(word.replace("{port}", str(port)) for word in server.command)
    return subprocess.Popen(  # noqa: S603 - the bench's own words only.
        pinned(command, processor),
        cwd=server.folder,
        env={**os.environ, **server.env, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
    )


def _await_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            ask(f"http://127.0.0.1:{port}", "/")
            return
    words = log.read_text(errors="replace")[-LAST_WORDS:]
    message = f"{process.args!r} did not answer; its last words:\n{words}"
    raise ServerFailed(message)


def _end(process: subprocess.Popen[bytes]) -> None:
    # The group is its own, so it holds this server and its workers only.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
