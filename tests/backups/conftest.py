"""A house whose backups are made, tried and restored."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from strongroom.archive import Identity
from strongroom.backups import BackupSettings, Finished, Means, Work, plan_of
from strongroom.db import DATABASE, OWNER, single_connection
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.kernel import new_id
from strongroom.privacy import Privacy
from strongroom.privacy import Work as PrivacyWork
from strongroom.room import Strongroom
from tests.conftest import KEYS, OWNER_PASSWORD


@dataclass(frozen=True, slots=True)
class Empty:
    """A copy of the migrated database, and what is done in it at the end."""

    url: str

    async def finish(self) -> Finished:
        """Do nothing: what a server does is tested where there is one."""
        return Finished()


@dataclass(frozen=True, slots=True)
class Desk:
    """Backups, and who can open them."""

    work: Work
    operator: Identity
    owner_url: str
    folder: Path


@pytest.fixture
def desk(
    postgres: EmbeddedPostgres,
    database: str,
    room: Strongroom,
    privacy: Privacy,
    tmp_path: Path,
) -> Desk:
    """Return backups of the module's house into a folder of the test's own."""

    @asynccontextmanager
    async def open_empty() -> AsyncIterator[Empty]:
        name = f"drill_{new_id().hex}"
        async with single_connection(postgres.superuser_url) as superuser:
            await superuser.execute(
                f"create database {name} template {DATABASE} owner {OWNER}"
            )
        yield Empty(postgres.url(OWNER, OWNER_PASSWORD, name))

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
    return Desk(
        Work(room.db, room.audit, means, settings), operator, owner_url, tmp_path
    )
