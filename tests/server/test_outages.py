"""Postgres gone while the server runs: an honest answer at once, and back by itself."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.running import RunningServer, descendants_of, eventually


PROMISED_SECONDS = 2.0
MOST_ASKED = 400
ASKED = ("/readyz", "/api/v1/session", "/api/v1/audit-logs", "/api/v1/forward-auth")


def ask(visitor: httpx.Client, path: str) -> tuple[int, float]:
    """Return the status of an answer and how long it took."""
    started = time.monotonic()
    status = visitor.get(path).status_code
    return status, time.monotonic() - started


def require_unavailable(visitor: httpx.Client, path: str) -> None:
    """Accept a 503 within the promised time."""
    status, seconds = ask(visitor, path)
    assert (status, seconds < PROMISED_SECONDS) == (503, True), (path, status, seconds)


@pytest.fixture
def settled(server: RunningServer) -> RunningServer:
    """Lend the run's server with every worker at ease."""
    # Each connection may come to another worker, so one answer says little.
    assert eventually(lambda: all(server.ready() for _ in range(8)))
    return server


@contextmanager
def frozen(server: RunningServer) -> Iterator[None]:
    """Stop every process of the server's Postgres for a while."""
    postmaster = server.postmaster()
    assert postmaster is not None
    processes = [postmaster, *descendants_of(postmaster)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def test_a_killed_postgres_comes_back(settled: RunningServer) -> None:
    """Answers are quick and honest meanwhile, and the session is there afterwards."""
    with settled.visitor() as visitor:
        person = settled.newcomer(visitor)
        before = settled.postmaster()
        assert before is not None
        os.kill(before, signal.SIGKILL)
        seen = [ask(visitor, "/api/v1/session")]
        while seen[-1][0] != 200 or settled.postmaster() in {before, None}:
            assert len(seen) < MOST_ASKED
            time.sleep(0.05)
            seen.append(ask(visitor, "/api/v1/session"))
        assert {status for status, _ in seen} <= {200, 503}
        assert max(seconds for _, seconds in seen) < PROMISED_SECONDS
        assert visitor.get("/api/v1/session").json()["email"] == person.email
    assert "Postgres ended: it starts again" in settled.log


def test_a_frozen_postgres_is_not_waited_for(settled: RunningServer) -> None:
    """It takes connections and says nothing: that is noticed, and passes."""
    with settled.visitor() as visitor:
        person = settled.newcomer(visitor)
        with frozen(settled):
            for path in ASKED:
                require_unavailable(visitor, path)
            problem = visitor.get("/api/v1/session").json()
            assert problem["type"] == "/problems/database-unavailable"
            assert visitor.get("/healthz").status_code == 200
        assert eventually(settled.ready)
        assert visitor.get("/api/v1/session").json()["email"] == person.email


def test_no_statement_waits_for_a_frozen_postgres(settled: RunningServer) -> None:
    """A statement on a connection from before is given up, whatever it belongs to."""
    credentials = {"email": "nobody@example.invalid", "password": "x" * 20}
    with settled.visitor() as visitor:
        for _ in range(4):  # The worker has idle connections afterwards.
            assert visitor.post("/api/v1/sessions", json=credentials).status_code == 401
        with frozen(settled):
            started = time.monotonic()
            answer = visitor.post("/api/v1/sessions", json=credentials)
            seconds = time.monotonic() - started
        assert (answer.status_code, seconds < PROMISED_SECONDS) == (503, True), seconds
        assert eventually(settled.ready)


def test_the_log_of_the_outage_names_no_password(server: RunningServer) -> None:
    """What is said about a lost database holds no URL of it."""
    assert "postgresql://" not in Path(server.data, "log", "strongroom.log").read_text(
        encoding="utf-8"
    )
