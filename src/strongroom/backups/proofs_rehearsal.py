"""A backup or a drill that the server itself makes because a proof asked for it.

It has a place of its own, so that no real backup is lost by proving, and nothing of it
is left afterwards.
"""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from strongroom.archive import FolderDepot, Identity, Shelf
from strongroom.kernel import new_id
from strongroom.lab import Lab, Twin, require, require_provable, until

from . import store
from .models import RunKind
from .service import SIGNING_KEY


MARGIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended, as the database has it."""

    result: str
    archive: str
    reason: str
    report: dict[str, Any]


class Rehearsal:
    """Backups and drills in a place of their own, asked of the server."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        """Ask the server that *lab* looks at; its archives lie in *folder*."""
        self._lab, self.folder = lab, folder
        self.key = lab.inside.keys.signing_key(SIGNING_KEY)
        self.shelf = shelf_in(lab, folder / "archives")

    async def ask(self, kind: RunKind, archive: str | None = None) -> Run:
        """Have the server do it now, and return how it ended.

        Raises:
            Contradicted: it does nothing.

        """
        number = new_id()
        async with self._lab.inside.database() as database:
            await database.execute(
                "insert into strongroom.backup_runs (id, kind, rehearsal, archive)"
                " values ($1, $2, true, $3)",
                number,
                kind,
                archive,
            )
            query = "select result from strongroom.backup_runs where id = $1"

            async def ended() -> bool:
                return await database.fetchval(query, number) is not None

            await until(ended, f"a {kind} that was asked for is not made")
            row = await database.fetchrow(
                "select result, coalesce(archive, '') as archive,"
                " coalesce(reason, '') as reason, report"
                " from strongroom.backup_runs where id = $1",
                number,
            )
        found: dict[str, Any] = dict(row or {})
        return Run(**{**found, "report": json.loads(found["report"])})

    async def backup(self) -> Run:
        """Have a backup made.

        Raises:
            Contradicted: it fails.

        """
        run = await self.ask("backup")
        require(run.result == "done", f"a backup fails: {run.reason}")
        return run

    def identity(self, archive: str) -> Identity:
        """Return what opens an archive until the next one is made."""
        return Identity((self.folder / f"drill-{archive}.key").read_text("ascii"))

    def parts(self, archive: str = "*") -> list[Path]:
        """Return the encrypted files of one archive, or of all."""
        return sorted(self.folder.glob(f"archives/{archive}/*.age"))


def shelf_in(lab: Lab, folder: Path) -> Shelf:
    """Return the archives in *folder* that the server signed."""
    key = lab.inside.keys.signing_key(SIGNING_KEY).public_key()
    return Shelf(FolderDepot(folder), key)


@asynccontextmanager
async def rehearsal_of(lab: Lab) -> AsyncIterator[Rehearsal]:
    """Lend a rehearsal, of which nothing is left afterwards."""
    home = lab.inside.backups
    require_provable(home, "this installation keeps no backups")
    folder = (home or Path()) / "rehearsal"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Rehearsal(lab, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        async with lab.inside.database() as database:
            await database.execute("delete from strongroom.backup_runs where rehearsal")


async def require_scheduled(lab: Lab, kind: RunKind, every: timedelta) -> str:
    """Find a run of the schedule's own that is young enough; return its archive.

    Raises:
        Unprovable: nobody was named who could open a backup.
        Contradicted: there is none.

    """
    named = lab.inside.policy.get("backups", {}).get("recipients") or (
        lab.inside.backups and (lab.inside.backups / "recipients").exists()
    )
    require_provable(named, "no recipient yet: run strongroom backup key")
    async with lab.inside.database() as database:
        query = """
            select archive, result, reason, started_at < now() - $2::interval as old
              from strongroom.backup_runs
             where kind = $1 and not rehearsal and result is not null
             order by started_at desc limit 1
        """

        async def there_is_one() -> bool:
            return await database.fetchrow(query, kind, every) is not None

        await until(there_is_one, f"no {kind} was ever made by itself")
        row = await database.fetchrow(query, kind, every + MARGIN)
    found = dict(row or {})
    require(not found["old"], f"the newest {kind} is older than {every}")
    require(found["result"] == "done", f"the newest {kind} fails: {found['reason']}")
    return str(found["archive"])


async def age(twin: Twin, kind: str, span: str) -> None:
    """Date the schedule's runs back, and let nothing be due."""

    async def never(*_: Any) -> bool:
        return False

    twin.change(store, "due", never)
    where = f"where kind = '{kind}' and not rehearsal and started_at is not null"
    change = "update strongroom.backup_runs set started_at = started_at"
    await twin.sql(
        f"{change} - interval '{span}' {where}",
        undo=f"{change} + interval '{span}' {where}",
    )
