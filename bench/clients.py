"""Clients that sign in, one by one or at the same time, and the bare hash."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from statistics import median, quantiles

import msgspec

from .errors import ServerFailed
from .goals import BARE_HASH, SIGN_IN, SIGNING_IN
from .models import Sample
from .probe import ask_on, connect
from .processors import pinned
from .targets import HERE, Post


TIMES = 30
"""How often one client signs in, or the bare hash is made, in one round."""


def bare_hashes(processor: int, number: int) -> Sample:
    """Return how long the bare hash takes on *processor*."""
    command = (sys.executable, "-m", "bench.bare_hash", str(TIMES))
    done = subprocess.run(  # noqa: S603 - the bench's own words only.
        pinned(command, processor), cwd=HERE.parent, capture_output=True, check=True
    )
    return _summed_up(BARE_HASH, number, msgspec.json.decode(done.stdout))


def one_by_one(address: str, post: Post, number: int) -> Sample:
    """Return how long a sign-in takes when nobody else asks for anything."""
    with closing(connect(address)) as connection:
        _sign_in(connection, post)
        times = [_sign_in(connection, post) for _ in range(TIMES)]
    return _summed_up(SIGN_IN, number, times)


@contextmanager
def signing_in(address: str, posts: Sequence[Post]) -> Iterator[None]:
    """Have one client per request sign in without a pause, until the block ends.

    Raises:
        ServerFailed: one of them was not signed in.

    """
    over = threading.Event()
    with ThreadPoolExecutor(len(posts)) as clients:
        busy = [clients.submit(_keep_signing_in, over, address, post) for post in posts]
        try:
            yield
        finally:
            over.set()
    for client in busy:
        client.result()


def _keep_signing_in(over: threading.Event, address: str, post: Post) -> None:
    with closing(connect(address)) as connection:
        while not over.is_set():
            _sign_in(connection, post)


def _sign_in(connection: HTTPConnection, post: Post) -> float:
    """Return the milliseconds from the request to the whole answer."""
    before = time.perf_counter()
    answer = ask_on(connection, post.path, post.headers, post.body)
    spent = (time.perf_counter() - before) * 1000
    if answer.status != post.expected:
        message = f"a sign-in was answered {answer.status}, not {post.expected}"
        raise ServerFailed(message)
    return spent


def _summed_up(target: str, number: int, times: list[float]) -> Sample:
    return Sample(
        entry=SIGNING_IN,
        target=target,
        round=number,
        per_second=1000 / median(times),
        p50_ms=median(times),
        p99_ms=quantiles(times, n=100, method="inclusive")[98],
    )
