"""How backups stand, for pages, programs and the operator; the work is in ``tasks``.

Guards nothing by itself: it only reads what runs left behind, so that a public process
needs no way to the archives, to their keys or to the schema's owner.
"""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Database, Door
from strongroom.kernel import new_id

from . import store
from .models import BackupStatus, RunKind
from .settings import BackupSettings


PATIENCE = timedelta(hours=1)
"""So long after its time a run is late."""


class Backups:
    """What may be known of backups without the right to make or open one."""

    def __init__(self, db: Database, settings: BackupSettings) -> None:
        """Read runs in *db*; *settings* say when they are due."""
        self._db, self.settings = db, settings

    async def status(self) -> BackupStatus:
        """Return how backups stand."""
        door = self._reading()
        last = await store.newest(door, "backup", only_done=True)
        drilled = await store.newest(door, "drill")
        latest = [await store.newest(door, "backup"), drilled]
        failed = [each for each in latest if each and each.result == "failed"]
        late = await self._is_late("backup", self.settings.every) or (
            await self._is_late("drill", self.settings.drill_every)
        )
        return BackupStatus(last, drilled, failed[0] if failed else None, late)

    async def ask(self, kind: RunKind, archive: str | None = None) -> UUID:
        """Ask the house for a run at its next turn; return the run's id."""
        run = new_id()
        async with self._db.system(reason="ask for a backup or a drill") as tx:
            await store.ask(tx, run, kind, archive)
        return run

    async def _is_late(self, kind: RunKind, every: timedelta) -> bool:
        return await store.due(self._reading(), kind, every + PATIENCE, timedelta(0))

    def _reading(self) -> Door:
        return self._db.system(reason="read how backups stand")
