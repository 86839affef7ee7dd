"""Numbers about the server, for whoever watches it; never about a person.

Each process counts what it does and sends the difference to the operations process,
over a socket in the private log folder; that one adds up and is asked. Every label is
one of few words that stand in our code, so neither a visitor nor a tenant shows; and
each passes the redaction still.
"""

import os
import socket
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from strongroom.db import Database
from strongroom.kernel import Caller, Refusal
from strongroom.middleware import Scope
from strongroom.redaction import redaction
from strongroom.web import CALLER, PROBLEM

from .logs import lost_lines


BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper ends in seconds."""

LARGEST_DATAGRAM = 65_536
UNMATCHED = "unmatched"

FAMILIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "strongroom_requests": ("Answers.", ("route", "status")),
    "strongroom_refusals": ("Refused requests.", ("problem",)),
    "strongroom_session_checks": ("Who was found behind requests.", ("outcome",)),
    "strongroom_system_door_uses": ("Uses of the system door.", ("reason",)),
    "strongroom_database_waits": ("Requests that waited for a connection.", ("door",)),
    "strongroom_alarms": ("Attacks that were noticed.", ("shape",)),
    "strongroom_log_lines_lost": ("Log lines that no disk took.", ("sink",)),
}
SECONDS = "strongroom_request_seconds"

Key = tuple[str, ...]
"""A family's name, and its labels; for a histogram, the bucket or ``sum`` last."""

Rows = list[tuple[Any, ...]]
"""Keys, each with a number after it."""


class Meter:
    """Counts in one process, and tells the operations process now and then."""

    def __init__(
        self, folder: Path, database: Database, alarms: Mapping[str, int]
    ) -> None:
        """Send to the socket in *folder*; watch *database*'s doors and *alarms* too."""
        self._folder, self._database, self._alarms = folder, database, alarms
        self._counts: Counter[Key] = Counter()
        self._told: Counter[Key] = Counter()

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one answer."""
        route = str(scope.get("path_template") or UNMATCHED)
        counts, bucket = self._counts, bisect_left(BUCKETS, seconds)
        counts["strongroom_requests", route, f"{status // 100}xx"] += 1
        counts[SECONDS, route, str(bucket)] += 1
        counts[SECONDS, route, "sum"] += seconds  # type: ignore[assignment]
        if PROBLEM in scope:
            counts["strongroom_refusals", scope[PROBLEM]] += 1
        if CALLER in scope:
            counts["strongroom_session_checks", _outcome(scope[CALLER])] += 1

    def send(self) -> None:
        """Send what is new; what cannot be sent now goes with the next."""
        counts = self._counts | self._standing()
        new: Rows = [(*key, n - self._told[key]) for key, n in counts.items()]
        new = [each for each in new if each[-1]]
        with (
            suppress(OSError),
            _address(self._folder) as address,
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out,
        ):
            out.setblocking(False)
            for part in _parts(new):
                out.sendto(msgspec.json.encode(part), address)
                self._told.update({each[:-1]: each[-1] for each in part})

    def _standing(self) -> Counter[Key]:
        """Return the counters that others keep."""
        found: Counter[Key] = Counter()
        for reason, uses in self._database.system_uses.items():
            found["strongroom_system_door_uses", reason] = uses
        for door, waits in self._database.waits.items():
            found["strongroom_database_waits", door] = waits
        for shape, raised in self._alarms.items():
            found["strongroom_alarms", shape] = raised
        for sink, lines in lost_lines.items():
            found["strongroom_log_lines_lost", sink] = lines
        return found


class Sums:
    """What all processes have counted; a collector of Prometheus."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._counts: Counter[Key] = Counter()

    def add(self, datagram: bytes) -> None:
        """Add what one process sent."""
        for *key, number in msgspec.json.decode(datagram):
            self._counts[tuple(map(label, key))] += number

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        for name, (words, labels) in FAMILIES.items():
            family = CounterMetricFamily(name, words, labels=labels)
            for key, number in sorted(self._counts.items()):
                if key[0] == name:
                    family.add_metric(key[1:], number)
            yield family
        yield self._histogram()

    def _histogram(self) -> Metric:
        family = HistogramMetricFamily(SECONDS, "Time to an answer.", labels=["route"])
        for route in sorted({key[1] for key in self._counts if key[0] == SECONDS}):
            total, buckets = 0.0, []
            for index, end in enumerate((*map(str, BUCKETS), "+Inf")):
                total += self._counts[SECONDS, route, str(index)]
                buckets.append((end, total))
            family.add_metric([route], buckets, self._counts[SECONDS, route, "sum"])
        return family


@contextmanager
def listening(folder: Path) -> Iterator[socket.socket]:
    """Lend the socket to which processes send their numbers."""
    with (
        _address(folder) as address,
        socket.socket(
            socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK
        ) as heard,
    ):
        _socket_in(folder).unlink(missing_ok=True)
        heard.bind(address)
        try:
            yield heard
        finally:
            _socket_in(folder).unlink(missing_ok=True)


def receive_into(sums: Sums, heard: socket.socket) -> None:
    """Add everything that waits at the socket."""
    with suppress(BlockingIOError):
        while True:
            sums.add(heard.recv(LARGEST_DATAGRAM))


def label(text: str) -> str:
    """Return a label as whoever watches may see it; ours come through as they are."""
    return redaction.brief(text)


def _parts(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), 200):
        yield rows[start : start + 200]


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """Lend a short name of the socket: a longer one than 107 bytes is not taken."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{_socket_in(folder).name}"
    finally:
        os.close(handle)


def _socket_in(folder: Path) -> Path:
    return folder / "metrics.sock"


def _outcome(found: object) -> str:
    if isinstance(found, Caller):
        return "found"
    return "unknown" if isinstance(found, Refusal) else "nobody"
