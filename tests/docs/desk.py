"""The desk that a page's blocks are run at: a folder, a shell, and ports of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from strongroom.server.ports import free_ports

from .blocks import REPOSITORY, Block, matches


PATIENCE_SECONDS = 150
BACKGROUND_SECONDS = 90

FROM_THE_CHECKOUT = ("src", "examples", "docs")
"""What a reader finds in the folder where the commands are typed."""

SERVER_PORTS = ("8443", "8080", "9443")
OTHER_PORTS = ("8444", "8081", "9444")

WITHOUT_PORTS = re.compile(r"\bstrongroom up\b(?![^\n]*--port)")
PORTS = "strongroom up --port 8443 --http-port 8080 --admin-port 9443"
WITHOUT_PROFILE = re.compile(r"\bstrongroom up\b(?![^\n]*--profile)")
"""What is typed without ports has to find free ones, and a light page will do."""


class Desk:
    """Runs the blocks of one page, one after another."""

    def __init__(
        self, folder: Path, profile: Path, ports: Mapping[str, int] | None = None
    ) -> None:
        """Work in *folder*; servers show *profile*, and one runs on *ports*, if any."""
        self.folder, self._profile = folder, profile
        wanted = (*SERVER_PORTS, *OTHER_PORTS)
        free = dict(zip(wanted, free_ports(len(wanted)), strict=True))
        self._ports = {**free, **(ports or {})}
        self._running: list[subprocess.Popen[bytes]] = []
        for name in FROM_THE_CHECKOUT:
            if (REPOSITORY / name).exists():
                (folder / name).symlink_to(REPOSITORY / name)

    def __enter__(self) -> Self:
        """Return the desk."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what still runs in the background, the last one first."""
        for process in reversed(self._running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)

    def do(self, block: Block) -> None:
        """Save the block or run it, and compare what it says with what is shown."""
        if block.file is not None:
            path = self.folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._here(block.text), encoding="utf-8")
        elif block.is_run and block.language == "python":
            self._run(block, [sys.executable, "-c", self._here(block.text)], "")
        elif block.is_run and block.has("background"):
            self._start(block)
        elif block.is_run:
            self._run(block, self._shell(block), self._here(block.shown()))

    def _run(self, block: Block, command: list[str], shown: str) -> None:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        assert done.returncode == block.exit_code, (
            f"{block.place} ends otherwise:\n{said}"
        )
        assert matches(shown, said), f"{block.place} says something else:\n{said}"

    def _start(self, block: Block) -> None:
        output = self.folder / f"background-{block.line}.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                self._shell(block),
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        deadline = time.monotonic() + BACKGROUND_SECONDS
        while not matches(self._here(block.shown()), said := output.read_text("utf-8")):
            ended = process.poll() is not None or time.monotonic() > deadline
            assert not ended, f"{block.place} does not come to say so:\n{said}"
            time.sleep(0.2)

    def _shell(self, block: Block) -> list[str]:
        shell = shutil.which("bash") or "bash"
        script = WITHOUT_PORTS.sub(PORTS, block.script())
        script = WITHOUT_PROFILE.sub(f"strongroom up --profile {self._profile}", script)
        return [shell, "-euo", "pipefail", "-c", self._here(script)]

    def _here(self, text: str) -> str:
        """Return *text* with the ports that are free on this machine."""
        ports = "|".join(self._ports)
        return re.sub(rf"\b({ports})\b", lambda m: str(self._ports[m[1]]), text)

    def _environment(self) -> dict[str, str]:
        """Return what a newcomer's terminal has, with our programs on the path."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("STRONGROOM_") and name != "DATABASE_URL"
        }
        programs = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        return {**kept, "PATH": programs, "COLUMNS": "200", "NO_COLOR": "1"}
