"""The twin: a throwaway server of this very build, there to be broken on purpose.

It has a folder, a database and keys of its own and nothing of the real ones, and it
listens on the loopback address only. The prover that started it tells it over its
standard input what to break and when to mend; when that input ends, it goes.
"""

import asyncio
import inspect
import json
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop

from strongroom.archive import Identity
from strongroom.db import embedded, single_connection
from strongroom.lab import Sabotage
from strongroom.middleware import App
from strongroom.room import Strongroom

from .application import guarded, living, watched
from .background import PRIVACY_SECONDS, forever, keeping, work_of
from .backups import backups_of, name_recipient
from .data_folder import DataFolder
from .database_urls import embedded_server
from .domains import DOMAINS
from .installation import Installation
from .logs import configure_logs
from .operations import Listener
from .options import LOOPBACK, AppName, Options
from .ports import free_ports
from .prepare import prepare_database
from .redirect import open_redirect
from .tls import ensure_certificates, server_context
from .twin_sinks import collected, counted


Undo = Callable[[], Coroutine[Any, Any, None]]


class Workshop:
    """What a sabotage may reach, and how it is all put back."""

    def __init__(
        self, room: Strongroom, edge: Any, tls: ssl.SSLContext, owner_url: str
    ) -> None:
        """Lend the twin's parts."""
        self.room, self.edge = room, edge
        self._tls, self._owner_url = tls, owner_url
        self._undo: list[Undo] = []

    def change(self, thing: Any, attribute: str, value: Any) -> None:
        """Set an attribute until the sabotage ends."""
        # Static: a property or function must come back as it was, not its value.
        before = inspect.getattr_static(thing, attribute, None)
        own = attribute in getattr(thing, "__dict__", {})
        if not own and inspect.ismemberdescriptor(before):
            own, before = True, getattr(thing, attribute)  # A slot holds its value.

        async def put_back() -> None:
            if own:
                setattr(thing, attribute, before)
            else:
                delattr(thing, attribute)

        setattr(thing, attribute, value)
        self._undo.append(put_back)

    def allow_old_tls(self) -> None:
        """Accept every TLS version that the library still speaks."""
        before = self._tls.minimum_version
        ciphers = ":".join(each["name"] for each in self._tls.get_ciphers())

        async def put_back() -> None:
            self._tls.minimum_version = before
            self._tls.set_ciphers(ciphers)

        self._tls.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        self._tls.set_ciphers("ALL:@SECLEVEL=0")
        self._undo.append(put_back)

    async def sql(self, statement: str, *, undo: str) -> None:
        """Run *statement* as the owner role, and *undo* when the sabotage ends."""

        async def put_back() -> None:
            async with single_connection(self._owner_url) as owner:
                await owner.execute(undo)

        async with single_connection(self._owner_url) as owner:
            await owner.execute(statement)
        self._undo.append(put_back)

    async def value(self, query: str) -> Any:
        """Return the one value of *query*, asked as the owner role."""
        async with single_connection(self._owner_url) as owner:
            return await owner.fetchval(query)

    async def mend(self) -> None:
        """Put everything back, the last change first."""
        while self._undo:
            await self._undo.pop()()


def find_sabotage(proof_name: str, what: str) -> Sabotage:
    """Return a declared sabotage by its proof and its words.

    Raises:
        LookupError: nothing declares it.

    """
    for domain in DOMAINS:
        for proof in domain.proofs:
            for sabotage in proof.sabotages:
                if (proof.name, sabotage.what) == (proof_name, what):
                    return sabotage  # type: ignore[no-any-return]
    message = f"{proof_name} declares no sabotage {what!r}"
    raise LookupError(message)


async def obey(order: dict[str, str], workshop: Workshop) -> dict[str, str]:
    """Break or mend, and say how it went."""
    try:
        if "break" in order:
            sabotage = find_sabotage(order["proof"], order["break"])
            await sabotage.apply(workshop)
        else:
            await workshop.mend()
    except Exception as failed:  # noqa: BLE001 - told to whoever gave the order.
        await workshop.mend()
        return {"error": f"{type(failed).__name__}: {failed}"}
    return {"done": "yes"}


async def run_twin(profile: str, app: AppName | None, folder: Path) -> None:
    """Serve in *folder* until the standard input ends."""
    options = _options(profile, app, folder)
    data = DataFolder(folder)
    data.create()
    # Whoever could open the twin's backups is nobody: it has none worth opening.
    name_recipient(data, Identity.new().recipient)
    configure_logs(data.log)
    ensure_certificates(options, data)
    installation = Installation.open(options, {})  # Nothing of ours: see DATABASE_URL.
    postgres = embedded_server(data, installation.keys)
    with postgres:
        await prepare_database(installation)
        async with (
            collected(installation) as told,
            _serving(told) as workshop,
        ):
            say({"options": msgspec.to_builtins(options)})
            async for order in orders():
                say(await obey(order, workshop))


def say(words: dict[str, Any]) -> None:
    """Tell the prover, in one line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def orders() -> AsyncIterator[dict[str, str]]:
    """Yield what the prover wants, until it goes away."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        yield json.loads(line)


@asynccontextmanager
async def _serving(installation: Installation) -> AsyncIterator[Workshop]:
    options = installation.options
    room = Strongroom(installation.room_settings(), installation.keys)
    edge = guarded(installation, room)
    tls = server_context(installation.local_tls, installation.edge.tls_minimum)
    logged = watched(installation, living(installation, edge, room), room)
    listener = Listener(_listener(logged, options.port, tls))
    redirect = await open_redirect(LOOPBACK, options.http_port, options.public_url)
    async with redirect, asyncio.TaskGroup() as group:
        serving = group.create_task(listener.serve())
        turn = work_of(installation, room).turn
        work = group.create_task(forever("privacy", turn, PRIVACY_SECONDS / 10))
        backing_up = backups_of(installation, room).turn
        backups = group.create_task(
            forever("backups", backing_up, PRIVACY_SECONDS / 10)
        )
        await listener.opened.wait()
        kept = [group.create_task(each) for each in keeping(room)]
        async with counted(installation, room):
            yield Workshop(room, edge, tls, installation.urls.owner)
        for each in (*kept, work, backups):
            each.cancel()
        listener.should_exit = True
        redirect.close()
        await serving


def _listener(app: App, port: int, tls: ssl.SSLContext) -> uvicorn.Config:
    config = uvicorn.Config(
        app, LOOPBACK, port, log_config=None, access_log=False, timeout_keep_alive=30
    )
    config.load()
    config.ssl = tls  # Ours, so that a sabotage can loosen it while it serves.
    return config


def _options(profile: str, app: AppName | None, folder: Path) -> Options:
    port, http_port, admin_port = free_ports(3)
    return Options(
        data=str(folder),
        profile=profile,
        port=port,
        http_port=http_port,
        admin_port=admin_port,
        workers=1,
        app=app,
    )


def main() -> None:
    """Run a twin of the profile, and of the app if any, on the command line."""
    app = msgspec.json.decode(sys.argv[2], type=AppName | None)
    scratch = embedded.ScratchFolder()
    try:
        uvloop.run(run_twin(sys.argv[1], app, scratch.path))
    finally:
        scratch.remove()


if __name__ == "__main__":
    main()
