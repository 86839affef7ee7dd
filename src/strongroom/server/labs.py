"""Labs for an installation and for its twin."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from strongroom.lab import Exercise, Inside, Lab, Operator, Proof, Sabotage, Unprovable

from .domains import DOMAINS
from .installation import Installation
from .options import AppName, Options
from .personal import registry_of
from .product import find_product


BOOT_SECONDS = 60


def all_proofs() -> dict[str, Proof]:
    """Return every proof of the house by the claim that it is bound to."""
    return {proof.claim: proof for domain in DOMAINS for proof in domain.proofs}


def all_exercises() -> list[Exercise]:
    """Return how canaries perform every operation of the house, no product's."""
    return [each for domain in DOMAINS for each in domain.exercises]


def lab_of(installation: Installation, url: str | None = None) -> Lab:
    """Return a lab with an inside view of *installation*, reached at *url*."""
    folder, options = installation.folder, installation.options
    registry = registry_of(installation)
    inside = Inside(
        owner_url=installation.urls.owner,
        app_url=installation.urls.app,
        keys=installation.keys,
        files=(folder.log.parent, folder.path / "privacy"),
        backups=folder.path / "backups",
        cluster=folder.postgres if options.database == "embedded" else None,
        personal=tuple(registry.tables),
        policy=registry.policy,
        operator=Operator(options.admin_url, folder.certificate_authority),
    )
    product = find_product(options)
    return Lab(
        url or options.public_url,
        authority=installation.certificate_authority,
        inside=inside,
        plain_port=options.http_port,
        exercises=[*all_exercises(), *(product.exercises if product else ())],
        furnish=product.furnish if product else None,
    )


class TwinProcess:
    """A running twin, told over a pipe what to break."""

    def __init__(self, process: asyncio.subprocess.Process, lab: Lab) -> None:
        """Speak to *process*; look at it through *lab*."""
        self._process, self.lab = process, lab

    @asynccontextmanager
    async def broken(self, proof: Proof, sabotage: Sabotage) -> AsyncIterator[None]:
        """Break the twin for as long as the context is open.

        Raises:
            Unprovable: the sabotage could not be applied or undone.

        """
        await self._order({"break": sabotage.what, "proof": proof.name})
        try:
            yield
        finally:
            await self._order({"mend": "all"})

    async def _order(self, order: dict[str, str]) -> None:
        answer = await ask(self._process, order)
        if "error" in answer:
            message = f"the twin could not obey: {answer['error']}"
            raise Unprovable(message)


@asynccontextmanager
async def open_twin(
    profile: str, app: AppName | None = None
) -> AsyncIterator[TwinProcess]:
    """Start a twin of *profile* in a process of its own, and end it afterwards.

    With *app*, it serves that app too.

    Raises:
        Unprovable: it does not start.

    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # A file in the current folder must not pass for a library of ours.
        "-m",
        "strongroom.server.twin",
        profile,
        msgspec.json.encode(app).decode(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(BOOT_SECONDS):
            ready = await read_line(process)
        options = msgspec.convert(ready["options"], Options)
        async with lab_of(Installation.open(options, {})) as lab:
            yield TwinProcess(process, lab)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


async def ask(
    process: asyncio.subprocess.Process, order: dict[str, str]
) -> dict[str, Any]:
    """Send one line and return the line that answers it."""
    if process.stdin is not None:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        await process.stdin.drain()
    return await read_line(process)


async def read_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """Return the next line that the twin says.

    Raises:
        Unprovable: it went away.

    """
    line = await process.stdout.readline() if process.stdout else b""
    if not line:
        message = "the twin does not run"
        raise Unprovable(message)
    said: dict[str, Any] = json.loads(line)
    return said
