"""A backup brought back on purpose, by an operator, with the server stopped.

Guards what is there: it is restored beside it and compared, and nothing is replaced
unasked. What was replaced is kept. Killed at any point, the present database is whole.
"""

import asyncio
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from strongroom.archive import Identity, Progress
from strongroom.backups import Restorer, TargetInUse
from strongroom.db import (
    DATABASE,
    OWNER,
    found_database,
    has_rows,
    new_database,
    replace_database,
    single_connection,
)
from strongroom.kernel import utc_now
from strongroom.room import Strongroom

from .backups import Restored, backups_of, urls_in
from .database_urls import embedded_server, role_password
from .installation import Installation
from .occupancy import Occupancy
from .options import Options
from .prepare import bring_schema


RESTORING = f"{DATABASE}_restoring"
PEOPLE = "strongroom.accounts"


async def restore_backup(
    options: Options,
    archive: str | None,
    identity: Identity,
    progress: Progress,
    *,
    replace: bool,
) -> dict[str, Any]:
    """Restore the *archive*, or the newest, and return what was done.

    The tables and files of the app that *options* name are brought back as well.

    Raises:
        ArchiveBroken: it was altered, cut, or never finished; nothing was changed.
        FolderInUse: the server still runs.
        NotForThisKey: *identity* is none of its recipients'.
        CannotStart: the app cannot be loaded.
        TargetInUse: there are people in the database, and nobody said *replace*.

    """
    with Occupancy(options):
        installation = Installation.open(options)
        if options.database == "external":
            elsewhere = "point DATABASE_URL to an empty one"
            await _require_empty(installation.urls.owner, elsewhere)
            return await _fill(installation, archive, identity, progress)
        return await _restore_embedded(
            installation, archive, identity, progress, replace=replace
        )


async def _restore_embedded(
    installation: Installation,
    archive: str | None,
    identity: Identity,
    progress: Progress,
    *,
    replace: bool,
) -> dict[str, Any]:
    server = embedded_server(installation.folder, installation.keys)
    await asyncio.to_thread(server.start)
    try:
        password = role_password(installation.keys, "owner")
        await found_database(server.superuser_url, password)
        if not replace:
            await _require_empty(installation.urls.owner, "add --replace; it is kept")
        await new_database(server.superuser_url, RESTORING, OWNER)
        beside = changed(installation, urls=urls_in(server, installation, RESTORING))
        told = await _fill(beside, archive, identity, progress)
        kept = f"{DATABASE}_before_{utc_now():%Y%m%dT%H%M%S}"
        await replace_database(server.superuser_url, DATABASE, RESTORING, kept)
        return {**told, "kept_as": kept}
    finally:
        await asyncio.to_thread(server.stop)


async def _fill(
    installation: Installation,
    archive: str | None,
    identity: Identity,
    progress: Progress,
) -> dict[str, Any]:
    await bring_schema(installation)
    settings = installation.room_settings()
    async with Strongroom(settings, installation.keys) as room:
        work = backups_of(installation, room)
        place = work.place()
        wanted = place.shelf.get(archive) if archive else place.shelf.newest("data")
        restorer: Restorer = work.restorer(place)
        reading, keys, ledger = restorer.opened(wanted, identity)
        _bring_ledger(installation.folder.path / "privacy", ledger)
        loaded = await restorer.restore(
            reading, keys, installation.urls.owner, progress
        )
    finished = await Restored(installation).finish()
    return {
        "archive": wanted.manifest.name,
        "tables": len(loaded),
        "rows": sum(each.restored for each in loaded),
        "opened": list(finished.opened),
        "erased": finished.erased,
        "kept_as": None,
    }


async def _require_empty(owner_url: str, otherwise: str) -> None:
    async with single_connection(owner_url) as owner:
        if await has_rows(owner, PEOPLE):
            message = f"there are people in this database: {otherwise}"
            raise TargetInUse(message)


def _bring_ledger(folder: Path, archived: bytes) -> None:
    """Put the archived ledger of erasures where none is, or a shorter one.

    It only grows, so the longer of two knows everybody whom the other knows.
    """
    path = folder / "erasures.ndjson"
    present = path.read_bytes() if path.exists() else b""
    if len(archived) <= len(present):
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(archived)
    draft.chmod(0o600)
    draft.replace(path)
