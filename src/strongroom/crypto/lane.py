"""The hashing lane: one quiet thread beside the event loop.

Guards other traffic against password hashing, and the process against a flood of
sign-ins: the thread is niced, and only so many may wait. It does not count attempts
or choose whom to serve first.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar


# Measured on a full core: other traffic keeps 0.92 of its pace and a sign-in takes
# 150 ms; at niceness 12 it is 0.79 and 77 ms (docs/decisions/0016).
NICENESS: Final = 17

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class HashingBusy(Exception):
    """Too many hashes are waiting already, or the lane has closed."""


class HashingLane:
    """Runs hashes one after another, off the event loop."""

    def __init__(self, waiting: int = 32) -> None:
        """Let at most *waiting* hashes wait for the one that runs.

        Raises:
            ValueError: *waiting* is negative.

        """
        if waiting < 0:
            message = "a negative number of hashes cannot wait"
            raise ValueError(message)
        self._places = threading.Semaphore(waiting + 1)
        self._thread = ThreadPoolExecutor(1, "hashing", initializer=_step_back)

    async def run(
        self,
        function: Callable[Arguments, Result],
        *arguments: Arguments.args,
        **keywords: Arguments.kwargs,
    ) -> Result:
        """Return what *function* returns, or raise what it raises.

        A caller that is cancelled while waiting gives its place free at once.

        Raises:
            HashingBusy: too many wait already, or the lane has closed.

        """
        if not self._places.acquire(blocking=False):
            raise HashingBusy
        work = partial(function, *arguments, **keywords)
        return await asyncio.wrap_future(self._submit(work))

    async def close(self) -> None:
        """Finish the hashes that were let in, refuse new ones, end the thread."""
        await asyncio.to_thread(self._thread.shutdown, wait=True)

    def _submit(self, work: Callable[[], Result]) -> Future[Result]:
        try:
            future = self._thread.submit(work)
        except RuntimeError as reason:  # The executor's word for closed.
            self._places.release()
            raise HashingBusy from reason
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _: Future[Any]) -> None:
        self._places.release()


def _step_back() -> None:
    """Nice this thread alone; on Linux setpriority(2) takes a thread's id."""
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    # Going below the present niceness would take a privilege.
    niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
    os.setpriority(os.PRIO_PROCESS, thread, niceness)
