"""An app behind the house's guard, under whatever server its author runs.

``strongroom up --app`` does more with less: HTTPS, a database, a certificate. This is
for an operator who has all that. One of the processes on a data folder, the first to
take it, sends the mail and runs the proofs.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import msgspec

from strongroom.middleware import App
from strongroom.room import Strongroom

from .application import guarded, living
from .background import background
from .data_folder import DataFolder
from .errors import CannotStart, FolderInUse
from .installation import DATABASE_URL, Installation
from .occupancy import Occupancy
from .options import AppName, Options
from .prepare import prepare_database, require_provider_secrets
from .root_key import names_a_root
from .tls import ensure_certificates


LOOK_AGAIN_SECONDS = 5.0
"""How soon another process takes a folder over whose holder has ended."""


def guard(app: str, environment: Mapping[str, str] = os.environ) -> App:
    """Return the ASGI application of the app that *app*, ``module:attribute``, names.

    Raises:
        CannotStart: the app cannot be loaded, or a setting cannot be used.
        ProfileInvalid: there is no such profile, or it contradicts itself.
        SettingsInvalid: its policy has a rule that does not exist.

    """
    options = options_from(environment, AppName(name=app, folder=str(Path.cwd())))
    folder = DataFolder(Path(options.data))
    folder.create(with_root_key=not names_a_root(environment))
    ensure_certificates(options, folder)
    installation = Installation.open(options, environment)
    require_provider_secrets(installation)
    room = Strongroom(installation.room_settings(), installation.keys)
    passes = guarded(installation, room)
    return living(installation, passes, opened(installation, room))


def options_from(environment: Mapping[str, str], app: AppName) -> Options:
    """Return the options that ``STRONGROOM_DATA``, ``STRONGROOM_HOST`` and so on name.

    Raises:
        CannotStart: one cannot be used.

    """
    given = {
        name: environment[f"STRONGROOM_{name.upper()}"]
        for name in ("data", "profile", "host", "port", "workers")
        if f"STRONGROOM_{name.upper()}" in environment
    }
    data = str(Path(given.pop("data", "data")).resolve())
    database = "external" if environment.get(DATABASE_URL) else "embedded"
    known = {"data": data, "database": database, "app": msgspec.to_builtins(app)}
    try:
        return msgspec.convert({**given, **known}, Options, strict=False)
    except msgspec.ValidationError as reason:
        message = f"a STRONGROOM_ variable cannot be used: {reason}"
        raise CannotStart(message) from None


@asynccontextmanager
async def opened(installation: Installation, room: Strongroom) -> AsyncIterator[None]:
    """Bring the schema up to date, open the house, and tend it meanwhile."""
    await prepare_database(installation)
    async with room:
        tending = asyncio.create_task(tend(installation, room))
        try:
            yield
        finally:
            tending.cancel()
            with suppress(asyncio.CancelledError):
                await tending


async def tend(installation: Installation, room: Strongroom) -> None:
    """Do the installation's background work for as long as nobody else does."""
    while True:
        with ExitStack() as held, suppress(FolderInUse):
            occupancy = Occupancy(installation.options)
            # It may wait a moment for the lock, and answers must not wait with it.
            await asyncio.to_thread(held.enter_context, occupancy)
            occupancy.say(ready=True)
            async with asyncio.TaskGroup() as group:
                for work in background(installation, room):
                    group.create_task(work)
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
