"""Backups put together: the registry, the vault, the ledger, and an empty Postgres.

A drill restores into a Postgres of its own, which vanishes afterwards: no fault in it
can reach the house's rows.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from strongroom.backups import (
    BackupSettings,
    Finished,
    Means,
    Work,
    one_sealed,
    plan_of,
)
from strongroom.db import DATABASE, OWNER, embedded, found_database
from strongroom.kernel import load_settings
from strongroom.privacy import Work as PrivacyWork
from strongroom.room import Strongroom
from strongroom.vault import KeyOwner, Place

from .data_folder import DataFolder
from .database_urls import APP, SYSTEM, DatabaseURLs, role_password
from .installation import Installation
from .personal import privacy_of, registry_of
from .prepare import bring_schema


def backup_settings(installation: Installation) -> BackupSettings:
    """Return the policy of backups.

    Raises:
        SettingsInvalid: it has a rule that does not exist.

    """
    return load_settings(BackupSettings, "backups", installation.profile.policy)


def backups_of(installation: Installation, room: Strongroom) -> Work:
    """Return what makes, tries and restores archives of this installation."""
    folder = installation.folder.path
    means = Means(
        owner_url=installation.urls.owner,
        keys=installation.keys,
        folder=folder / "backups",
        ledger=folder / "privacy" / "erasures.ndjson",
        plan=plan_of(registry_of(installation).tables),
        open_empty=lambda: open_empty(installation),
    )
    return Work(room.db, room.audit, means, backup_settings(installation))


def name_recipient(folder: DataFolder, recipient: str) -> None:
    """Let whoever holds the secret half of *recipient* open every later backup."""
    home = folder.path / "backups"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "recipients").open("a", encoding="ascii") as file:
        file.write(f"{recipient}\n")


@dataclass(frozen=True, slots=True)
class Restored:
    """A database with the schema, which is filled and then looked at."""

    installation: Installation

    @property
    def url(self) -> str:
        """Postgres as the owner of its schema."""
        return self.installation.urls.owner

    async def finish(self) -> Finished:
        """Open a sealed value of each column, and replay the ledger of erasures."""
        settings = self.installation.room_settings()
        async with Strongroom(settings, self.installation.keys) as room:
            privacy = privacy_of(room, registry_of(self.installation))
            async with room.db.system(reason="replay the ledger of erasures") as tx:
                erased = await PrivacyWork(privacy).erasures.replay(tx)
            return Finished(await opened_columns(room), erased)


async def opened_columns(room: Strongroom) -> list[str]:
    """Open one value of every sealed column that holds any; return their names."""
    opened = []
    for column in room.settings.sealed or ():
        door = room.db.system(reason="open one sealed value of each column")
        found = await one_sealed(door, column)
        if found is not None:
            owner = KeyOwner(column.kind, found["owner"])
            place = Place(column.table, column.column, found["row"])
            await room.vault.open(owner, place, found["sealed"])
            opened.append(column.name)
    return opened


@asynccontextmanager
async def open_empty(installation: Installation) -> AsyncIterator[Restored]:
    """Lend an empty database with the schema, on a server that vanishes afterwards."""
    server = embedded.EmbeddedPostgres.throwaway()
    starting = asyncio.ensure_future(asyncio.to_thread(server.start))
    try:
        await asyncio.shield(starting)
        elsewhere = replace(installation, urls=urls_in(server, installation, DATABASE))
        password = role_password(installation.keys, "owner")
        await found_database(server.superuser_url, password)
        await bring_schema(elsewhere)
        yield Restored(elsewhere)
    finally:
        # Whoever is cancelled while it starts must not leave it behind, nor its folder.
        await asyncio.wait([starting])
        await asyncio.to_thread(server.stop)


def urls_in(
    server: embedded.EmbeddedPostgres, installation: Installation, database: str
) -> DatabaseURLs:
    """Return the URLs into a *database* of *server*, with the house's own roles."""

    def url(role: str, secret: str) -> str:
        return server.url(role, role_password(installation.keys, secret), database)

    return DatabaseURLs(
        owner=url(OWNER, "owner"),
        app=url("strongroom_app", APP),
        system=url("strongroom_system", SYSTEM),
    )
