"""Postgres gone while the server runs: an honest answer at once, and back by itself."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.running import RunningServer, descendants_of, eventually


PROMISED_SECONDS = 2.0


def ask(visitor: httpx.Client, path: str) -> tuple[int, float]:
    """Return the status of an answer and how long it took."""
    started = time.monotonic()
    status = visitor.get(path).status_code
    return status, time.monotonic() - started


def require_unavailable(visitor: httpx.Client, path: str) -> None:
    """Accept a 503 within the promised time, as a problem."""
    status, seconds = ask(visitor, path)
    assert (status, seconds < PROMISED_SECONDS) == (503, True), (path, status, seconds)


@contextmanager
def frozen(server: RunningServer) -> Iterator[None]:
    """Stop every process of the server's Postgres for a while."""
    processes = [server.postmaster(), *descendants_of(server.postmaster())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def test_a_killed_postgres_comes_back(server: RunningServer) -> None:
    """The supervisor starts it again, and a session from before still counts."""
    with server.visitor() as visitor:
        person = server.newcomer(visitor)
        before = server.postmaster()
        os.kill(before, signal.SIGKILL)
        require_unavailable(visitor, "/api/v1/session")
        assert visitor.get("/healthz").status_code == 200
        assert eventually(server.ready)
        assert visitor.get("/api/v1/session").json()["email"] == person.email
    assert server.postmaster() != before
    assert "Postgres ended: it starts again" in server.log


def test_a_frozen_postgres_is_not_waited_for(server: RunningServer) -> None:
    """It takes connections and says nothing: that is noticed, and passes."""
    with server.visitor() as visitor:
        person = server.newcomer(visitor)
        with frozen(server):
            for path in ("/readyz", "/api/v1/session", "/api/v1/audit-logs"):
                require_unavailable(visitor, path)
            problem = visitor.get("/api/v1/session").json()
            assert problem["type"] == "/problems/database-unavailable"
            assert visitor.get("/healthz").status_code == 200
        assert eventually(server.ready)
        assert visitor.get("/api/v1/session").json()["email"] == person.email


def test_no_statement_waits_for_a_frozen_postgres(server: RunningServer) -> None:
    """A statement on a connection from before is given up, whatever it belongs to."""
    credentials = {"email": "nobody@example.invalid", "password": "x" * 20}
    with server.visitor() as visitor:
        assert eventually(server.ready)
        for _ in range(4):  # Both workers have idle connections afterwards.
            visitor.post("/api/v1/sessions", json=credentials)
        with frozen(server):
            started = time.monotonic()
            answer = visitor.post("/api/v1/sessions", json=credentials)
            seconds = time.monotonic() - started
        assert (answer.status_code, seconds < PROMISED_SECONDS) == (503, True), seconds
        assert eventually(server.ready)


def test_the_log_of_the_outage_names_no_password(server: RunningServer) -> None:
    """What is said about a lost database holds no URL of it."""
    assert "postgresql://" not in Path(server.data, "log", "strongroom.log").read_text(
        encoding="utf-8"
    )
