"""Starts Postgres programs inside a folder, as the server's user.

Guards against a server that outlives us: the kernel shuts it down when we die.
It takes no path from the environment and hands none on.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from threading import Thread

from .errors import PostgresUnavailable
from .privileges import ServerUser


LAUNCHER = Path(__file__).with_name("launch.py")
# With a time zone given, initdb need not search the system for its name.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "GMT"}

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Workplace:
    """The folder in which a program runs, and the user as whom."""

    folder: Path
    user: ServerUser

    def command(self, program: Sequence[str], death_signal: Signals) -> list[str]:
        """Return the command that becomes *program* by way of the launcher."""
        numbers = (self.user.uid, self.user.gid, os.getpid(), death_signal.value)
        # Isolated and without site: root imports nothing but the standard library.
        python = [sys.executable, "-I", "-S", str(LAUNCHER)]
        return [*python, *map(str, numbers), str(self.folder), *program]

    def run(self, program: Sequence[str], standard_input: int) -> None:
        """Run *program* to its end.

        Raises:
            PostgresUnavailable: it failed; the message ends with its last words.

        """
        done = subprocess.run(  # noqa: S603 - no shell, and every word is ours
            self.command(program, SIGTERM),
            stdin=standard_input,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            check=False,
        )
        if done.returncode:
            words = done.stdout.decode(errors="replace")[-300:]
            message = f"{Path(program[0]).name} failed: {words}"
            raise PostgresUnavailable(message)

    def keep(self, program: Sequence[str], errors: int) -> Process:
        """Start *program*, its errors going to a descriptor; it ends when we do.

        The kernel counts the thread that started a child as its parent. So a thread
        of its own starts it and stays until it ends, whoever called us.
        """
        started: Future[Process] = Future()
        command = self.command(program, SIGINT)
        Thread(target=_keep, args=(started, command, errors), daemon=True).start()
        return started.result()


def _keep(started: Future[Process], command: list[str], errors: int) -> None:
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and every word is ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            env=ENVIRONMENT,
            # A Ctrl-C in the terminal is for us; we stop the server when we are done.
            start_new_session=True,
        )
    except OSError as error:
        started.set_exception(error)
    else:
        started.set_result(process)
        process.wait()
