"""A server as an operator starts it: real processes, real TLS, a folder of its own.

``run_server`` lends one to any suite; whoever breaks it on purpose starts its own. A
quiet profile makes no claims that a proof backs, so that no proof runs meanwhile.
"""

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from strongroom.server.ports import free_ports
from tests.people import Person, new_person


START_SECONDS = 60
STOP_SECONDS = 60

QUIET_POLICY = """\
[edge]
tls_minimum = "{tls_minimum}"
[passwords]
memory_kib = 19456
iterations = 2
"""
QUIET_CLAIMS = """\
[[claim]]
id = "trust.limits"
statement = "No service is perfect."
kind = "principle"
severity = "low"

[contact]
security = "security@example.org"
"""
QUIET_PAGE = """\
---
title: Security
lead: A page for tests.
---

## Limits

- [No service is perfect.]{claim=trust.limits}
"""


class RunningServer:
    """One ``strongroom up``, to be asked, stopped, killed and started again."""

    def __init__(
        self, data: Path, profile: str, environment: Mapping[str, str]
    ) -> None:
        """Choose ports for a server on the folder *data*; nothing is started yet."""
        self.data, self._environment = data, environment
        self.port, self.http_port, self.admin_port = free_ports(3)
        self._profile = profile
        self.process: subprocess.Popen[bytes] | None = None
        self.said: dict[str, Any] = {}

    @property
    def url(self) -> str:
        """Where the public listener answers."""
        return f"https://localhost:{self.port}"

    @property
    def admin_url(self) -> str:
        """Where the operator's listener answers."""
        return f"https://localhost:{self.admin_port}"

    @property
    def plain_url(self) -> str:
        """Where plain HTTP is redirected."""
        return f"http://localhost:{self.http_port}"

    @property
    def authority(self) -> Path:
        """The authority that its certificate is from."""
        return self.data / "ca.pem"

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return (self.data / "log" / "strongroom.log").read_text(encoding="utf-8")

    @property
    def owner_url(self) -> str:
        """Postgres as the role that owns the schema."""
        return self.run("db", "url").stdout.strip()

    @property
    def pid(self) -> int:
        """The supervisor's number."""
        assert self.process is not None
        return self.process.pid

    def command(self, *words: str) -> list[str]:
        """Return the command line for *words* on this data folder."""
        return [sys.executable, "-m", "strongroom", *words, "--data", str(self.data)]

    def up_command(self, *more: str) -> list[str]:
        """Return the command line that starts this server."""
        ports = ("--port", self.port, "--http-port", self.http_port)
        words = (*ports, "--admin-port", self.admin_port, "--profile", self._profile)
        return self.command("up", *map(str, words), "--workers", "2", *more)

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the data folder to its end, with *more* environment."""
        return subprocess.run(
            self.command(*words),
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.process = subprocess.Popen(
            self.up_command("--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **self._environment},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            message = f"no start: {self.process.communicate()[1].decode()}"
            raise RuntimeError(message)
        self.said = msgspec.json.decode(line)

    def runs(self) -> bool:
        """Say whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def tell(self, number: signal.Signals) -> None:
        """Send the supervisor a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> int:
        """Stop it as an operator does, and return its exit code."""
        self.tell(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Await its end and return its exit code."""
        assert self.process is not None
        try:
            self.process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode

    def processes(self) -> list[int]:
        """Return every process of this server but its supervisor."""
        return descendants_of(self.pid)

    def postmaster(self) -> int | None:
        """Return the number of its Postgres, or None while it has none."""
        file = self.data / "postgres" / "data" / "postmaster.pid"
        try:
            return int(file.read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, IndexError):
            return None

    def trust(self) -> ssl.SSLContext:
        """Return how a visitor speaks to it who trusts its authority only."""
        return ssl.create_default_context(cafile=str(self.authority))

    def visitor(self, url: str | None = None) -> httpx.Client:
        """Return somebody who comes to it over TLS."""
        return httpx.Client(
            base_url=url or self.url, verify=self.trust(), trust_env=False, timeout=10
        )

    def ready(self) -> bool:
        """Say whether it answers from its database at this moment."""
        try:
            with self.visitor() as visitor:
                return visitor.get("/readyz").is_success
        except httpx.TransportError:
            return False

    def newcomer(self, visitor: httpx.Client) -> Person:
        """Sign somebody up, confirm the mailed link, and leave *visitor* signed in."""
        person = new_person()
        wanted = {"email": person.email, "password": person.password}
        visitor.post(
            "/api/v1/accounts", json=wanted | {"organization": "Canary Works"}
        ).raise_for_status()
        # The proofs write mails too, so the newest need not be this person's.
        shown = self.run("outbox", "--json", "--limit", "50").stdout
        written = {mail["recipient"]: mail for mail in msgspec.json.decode(shown)}
        found = re.search(r"/verify\?token=(\S+)", written[person.email]["body"])
        assert found is not None
        answer = visitor.post(
            "/api/v1/accounts/verify",
            json={"token": found[1], "password": person.password},
        )
        answer.raise_for_status()
        return person


@contextmanager
def run_server(
    data: Path, profile: str = "default", **environment: str
) -> Iterator[RunningServer]:
    """Lend a running server on the folder *data*, and end it afterwards."""
    server = RunningServer(data, profile, environment)
    server.start()
    try:
        yield server
    finally:
        if server.runs():
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Lend the run's own server, quiet and speaking TLS 1.2 as well."""
    folder = tmp_path_factory.mktemp("running")
    with run_server(folder / "data", quiet_profile(folder / "quiet", "1.2")) as running:
        yield running


@pytest.fixture
def visitor(server: RunningServer) -> Iterator[httpx.Client]:
    """Lend somebody who comes to the run's own server over TLS."""
    with server.visitor() as come:
        yield come


def quiet_profile(folder: Path, tls_minimum: str = "1.3") -> str:
    """Write a profile without proofs into *folder* and return its path."""
    folder.mkdir(parents=True)
    policy = QUIET_POLICY.format(tls_minimum=tls_minimum)
    (folder / "strongroom.toml").write_text(policy, encoding="utf-8")
    (folder / "claims.toml").write_text(QUIET_CLAIMS, encoding="utf-8")
    (folder / "security.md").write_text(QUIET_PAGE, encoding="utf-8")
    return str(folder)


def eventually(happens: Any, within: float = 20.0) -> bool:
    """Say whether ``happens()`` becomes true in time."""
    deadline = time.monotonic() + within
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def descendants_of(process: int) -> list[int]:
    """Return the children of *process*, theirs, and so on."""
    task = Path(f"/proc/{process}/task")
    found: list[int] = []
    for thread in task.glob("*/children"):
        for child in map(int, thread.read_text(encoding="ascii").split()):
            found += [child, *descendants_of(child)]
    return found


def is_alive(process: int) -> bool:
    """Say whether *process* still runs."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
