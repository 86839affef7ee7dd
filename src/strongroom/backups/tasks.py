"""Archives made, rotated, tried and brought back.

Guards against a backup that exists and cannot be restored: the newest is restored into
an empty database again and again. Killed at any point, a run leaves either a whole
archive or nothing that passes for one, and the next run clears that away.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from strongroom.archive import (
    Archive,
    ArchiveBroken,
    ArchiveUnfit,
    DepotFailed,
    Identity,
    IdentityInvalid,
    Loaded,
    NotForThisKey,
    Progress,
)
from strongroom.audit import HOUSE, AuditLog, Entry, Target
from strongroom.db import Database, one_at_a_time
from strongroom.kernel import new_id
from strongroom.vault import RootKeyWrong

from . import events, policy, store
from .errors import BackupUnderWay, DrillFailed, NoRecipient
from .models import BackupRun, Finished
from .service import Maker, Means, Restorer, Store, show_nothing
from .settings import BackupSettings


log = logging.getLogger("strongroom.backups")

AFTER_A_FAULT = timedelta(minutes=10)

EXPECTED = (
    ArchiveBroken,
    ArchiveUnfit,
    BackupUnderWay,
    DepotFailed,
    DrillFailed,
    IdentityInvalid,
    NoRecipient,
    NotForThisKey,
    RootKeyWrong,
)
"""These say in their message what is in the way."""


class Work:
    """Everything that backups do without being asked, in turns, and on command."""

    def __init__(
        self, db: Database, audit: AuditLog, means: Means, settings: BackupSettings
    ) -> None:
        """Work on the house's database by *means*."""
        self._db, self._audit, self._means = db, audit, means
        self.settings = settings
        self._keys_seen: datetime | None = None

    def place(self, *, rehearsal: bool = False) -> Store:
        """Return where archives lie."""
        return Store(self._means, self.settings, rehearsal=rehearsal)

    def restorer(self, place: Store) -> Restorer:
        """Return what brings archives of *place* back."""
        return Restorer(self._db, self._means, place)

    async def turn(self) -> None:
        """Do what was asked for, and whatever is due."""
        door = self._db.system(reason="look for backups that were asked for")
        for run in await store.waiting(door):
            await self._logged(run)
        if not self.place().named_recipients:
            return
        if await store.due(door, "backup", self.settings.every, AFTER_A_FAULT):
            await self._logged(new_run("backup"))
        if await store.due(door, "drill", self.settings.drill_every, AFTER_A_FAULT):
            await self._logged(new_run("drill"))
        await self._follow_erasures()

    async def _logged(self, run: BackupRun) -> None:
        try:
            ended = await self.take_up(run)
        except BackupUnderWay:
            return  # An operator's own: this one is due again at the next turn.
        if ended.reason:  # Without its traceback, which could show a row.
            log.warning("%s failed: %s", run.kind, ended.reason)

    async def take_up(
        self,
        run: BackupRun,
        identity: Identity | None = None,
        progress: Progress = show_nothing,
    ) -> BackupRun:
        """Make one backup or drill now, keep how it ended, and return that."""
        async with one_at_a_time(self._means.owner_url) as alone:
            if not alone:
                message = "a backup or a drill is under way: wait for its end"
                raise BackupUnderWay(message)
            await self._begin(run)
            archive, reason, report = run.archive, None, dict[str, Any]()
            try:
                if run.kind == "backup":
                    archive, report = await self._back_up(run, progress)
                else:
                    archive, report = await self.drill(run, identity, progress)
            except Exception as failed:  # noqa: BLE001 - kept, told, and put on record.
                reason = reason_of(failed)
            await self._end(run, archive, reason, report)
        return replace(
            run,
            archive=archive,
            reason=reason,
            report=report,
            result="failed" if reason else "done",
        )

    async def _back_up(
        self, run: BackupRun, progress: Progress
    ) -> tuple[str, dict[str, Any]]:
        place, drill = self.place(rehearsal=run.rehearsal), Identity.new()
        maker = Maker(self._db, self._means, place)
        made = await maker.make(drill, progress)
        removed = await maker.rotate(self.settings)
        return made.name, {
            "where": place.depot.where,
            "tables": made.tables,
            "rows": made.rows,
            "bytes": made.bytes,
            "removed": removed,
        }

    async def drill(
        self, run: BackupRun, identity: Identity | None, progress: Progress
    ) -> tuple[str, dict[str, Any]]:
        """Restore an archive into an empty database, and return what came back.

        Raises:
            ArchiveBroken: it was altered, cut, or never finished.
            DrillFailed: what came back is not what went in.
            NotForThisKey: nobody here can open it.

        """
        place = self.place(rehearsal=run.rehearsal)
        shelf = place.shelf
        archive = await asyncio.to_thread(
            shelf.get if run.archive else lambda _: shelf.newest("data"),
            run.archive or "",
        )
        name = archive.manifest.name
        keys = await asyncio.to_thread(shelf.newest, "keys")
        opener = identity or place.drill_identity(name)
        key_opener = identity or place.drill_identity(keys.manifest.name)
        restorer, began = self.restorer(place), time.monotonic()
        # Whatever is broken is found before a database is started for it.
        await asyncio.to_thread(archive.require_whole)
        reading, with_keys, _ = await asyncio.to_thread(
            restorer.opened, archive, opener, key_opener
        )
        await asyncio.to_thread(archive.contents, opener)
        async with self._means.open_empty() as empty:
            loaded = await restorer.restore(reading, with_keys, empty.url, progress)
            finished = await empty.finish()
        return name, drill_report(archive, loaded, finished, time.monotonic() - began)

    async def _follow_erasures(self) -> None:
        """Archive the keys anew when one was destroyed since."""
        door = self._db.system(reason="look for destroyed keys")
        last = await store.last_destroyed(door)
        if last is None or last == self._keys_seen:
            return
        place = self.place()
        names = await asyncio.to_thread(place.shelf.names, "keys")
        if names and policy.made_at(names[-1]) <= last:
            async with one_at_a_time(self._means.owner_url) as alone:
                if not alone:
                    return
                drill = place.drill_identity(names[-1])
                maker = Maker(self._db, self._means, place)
                await maker.make_keys_anew(place.recipients(drill), drill)
                await maker.rotate(self.settings)
        self._keys_seen = last

    async def _begin(self, run: BackupRun) -> None:
        async with self._db.system(reason="begin a backup or a drill") as tx:
            if run.started_at is None and run.asked_at == NEVER:
                await store.ask(tx, run.id, run.kind, run.archive)
            await store.begin(tx, run.id)

    async def _end(
        self,
        run: BackupRun,
        archive: str | None,
        reason: str | None,
        report: Mapping[str, Any],
    ) -> None:
        done = events.MADE if run.kind == "backup" else events.DRILLED
        action = events.FAILED if reason else done
        async with self._db.system(reason="end a backup or a drill") as tx:
            await store.end(tx, run.id, archive=archive, reason=reason, report=report)
            await self._audit.record(
                tx, Entry(action, HOUSE, Target("backup", archive))
            )


NEVER = datetime.min.replace(tzinfo=UTC)
"""When a run was asked for that is taken up unasked."""


def new_run(kind: Any, archive: str | None = None) -> BackupRun:
    """Return a run that begins now, of the house's own accord."""
    return BackupRun(new_id(), kind, False, NEVER, archive=archive)


def drill_report(
    archive: Archive, loaded: list[Loaded], finished: Finished, seconds: float
) -> dict[str, Any]:
    """Return what a drill saw: no row, and nobody's name."""
    return {
        "made_at": archive.manifest.made_at.isoformat(),
        "seconds": round(seconds, 2),
        "tables": [msgspec.to_builtins(each) for each in loaded],
        "rows": sum(each.restored for each in loaded),
        "opened": list(finished.opened),
        "erased": finished.erased,
    }


def reason_of(failed: Exception) -> str:
    """Return why a run failed, in one line; never with a row's values."""
    if isinstance(failed, (*EXPECTED, OSError)):
        return " ".join(str(failed).split())
    return f"{type(failed).__name__}: see the log"
