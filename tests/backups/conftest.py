"""A house whose backups are made, tried and restored."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from strongroom.archive import Identity
from strongroom.backups import BackupSettings, Finished, Means, Work, plan_of
from strongroom.db import DATABASE, OWNER, single_connection
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.kernel import new_id
from strongroom.privacy import Privacy, Registry, Work as PrivacyWork
from strongroom.room import RoomSettings, Strongroom
from strongroom.server.personal import privacy_of
from tests.conftest import KEYS, OWNER_PASSWORD, PASSWORDS


@dataclass(frozen=True, slots=True)
class Empty:
    """A copy of the migrated database, in which the ledger is replayed at the end."""

    url: str
    settings: RoomSettings
    registry: Registry

    async def finish(self) -> Finished:
        """Erase again whoever must stay erased."""
        async with Strongroom(self.settings, KEYS) as room:
            erasures = PrivacyWork(privacy_of(room, self.registry)).erasures
            async with room.db.system(reason="replay the ledger of erasures") as tx:
                return Finished(erased=await erasures.replay(tx))


@dataclass(frozen=True, slots=True)
class Desk:
    """Backups, and who can open them."""

    work: Work
    operator: Identity
    owner_url: str
    folder: Path
    restored: list[str]
    """The databases that drills restored into, as their owner reaches them."""


@pytest.fixture
def desk(
    postgres: EmbeddedPostgres,
    database: str,
    room: Strongroom,
    privacy: Privacy,
    tmp_path: Path,
) -> Desk:
    """Return backups of the module's house into a folder of the test's own."""
    restored: list[str] = []

    @asynccontextmanager
    async def open_empty() -> AsyncIterator[Empty]:
        name = f"drill_{new_id().hex}"
        async with single_connection(postgres.superuser_url) as superuser:
            await superuser.execute(
                f"create database {name} template {DATABASE} owner {OWNER}"
            )
        restored.append(postgres.url(OWNER, OWNER_PASSWORD, name))
        settings = replace(
            room.settings,
            app_url=postgres.url("strongroom_app", PASSWORDS.app, name),
            system_url=postgres.url("strongroom_system", PASSWORDS.system, name),
        )
        yield Empty(restored[-1], settings, privacy.registry)

    operator = Identity.new()
    owner_url = postgres.url(OWNER, OWNER_PASSWORD, database)
    means = Means(
        owner_url=owner_url,
        keys=KEYS,
        folder=tmp_path,
        ledger=PrivacyWork(privacy).erasures.ledger.path,
        plan=plan_of(privacy.registry.tables),
        open_empty=open_empty,
    )
    settings = BackupSettings(keep=2, recipients=(operator.recipient,))
    work = Work(room.db, room.audit, means, settings)
    return Desk(work, operator, owner_url, tmp_path, restored)
