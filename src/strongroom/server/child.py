"""One child process: started, watched, started again, stopped."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress

import msgspec

from .logs import log
from .options import Options


GRACE_SECONDS = 15.0
"""Longer than a child gives its own requests in flight."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Between restarts, doubling; a child that lived a minute starts over."""

LIVED_SECONDS = 60.0


class Child:
    """Plays one part of the server, in a process that dies with us."""

    def __init__(self, part: str, options: Options, root: bytes) -> None:
        """Name the *part*; nothing is started yet."""
        self.part, self.deaths, self._root = part, 0, root
        words = [part, str(os.getpid()), msgspec.json.encode(options).decode()]
        # Without -P, a file in the current folder could pass for a library of ours.
        self._command = [sys.executable, "-P", "-m", "strongroom.server", *words]
        self._process: asyncio.subprocess.Process | None = None

    async def keep(self, stop: asyncio.Event) -> None:
        """Run the process, again and again, until *stop* is set."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            started = time.monotonic()
            code = await self._run(stop)
            if stop.is_set():
                return
            self.deaths += 1
            lived = time.monotonic() - started
            pause = FIRST_PAUSE if lived > LIVED_SECONDS else pause
            told = "the %s process ended (%s): it starts again in %.1f s"
            log.warning(told, self.part, ending(code), pause)
            await sleep_unless(stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def stop(self) -> None:
        """Let it finish what it is doing; end it by force when that takes too long."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await process.wait()
        except TimeoutError:
            log.warning("the %s process does not finish: it is killed", self.part)
            self.kill()
            await process.wait()

    def kill(self) -> None:
        """End it and what it started, at once."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _run(self, stop: asyncio.Event) -> int:
        # A session of its own: Ctrl-C in the terminal is for us, and we pass it on.
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )
        await self._hand_over(self._process)
        if stop.is_set():  # We were told so while it was being made.
            self.kill()
        return await self._process.wait()

    async def _hand_over(self, process: asyncio.subprocess.Process) -> None:
        """Give it the root key, where neither its arguments nor its files show it."""
        if process.stdin is not None:
            with suppress(ConnectionError):  # It died at once, and is started anew.
                process.stdin.write(self._root.hex().encode() + b"\n")
                await process.stdin.drain()
            process.stdin.close()


def ending(code: int) -> str:
    """Return in words how a process ended."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


async def sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, and wake up when *stop* is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
