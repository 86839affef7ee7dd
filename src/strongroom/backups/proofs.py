"""Backups are ciphertext, come when they must, and come back.

A rehearsal is asked of the server itself, in a place of its own, so that no real backup
is lost by proving. What the server says of it is compared with the files and the tables.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from strongroom.archive import (
    HEADER,
    MANIFEST,
    Draft,
    FolderDepot,
    Identity,
    Plan,
    Shelf,
    name_of,
)
from strongroom.kernel import new_id
from strongroom.lab import (
    Evidence,
    Lab,
    Twin,
    Vantage,
    guest,
    mint,
    proof,
    require,
    require_provable,
    sabotage,
    until,
)

from . import policy, store
from .models import RunKind
from .service import SIGNING_KEY, Maker, Restorer, Store
from .tasks import Work


REQUESTS = "/api/v1/privacy/requests"
MARGIN = timedelta(hours=2)

Change = Callable[[bytes], bytes]


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
        key = lab.inside.keys.signing_key(SIGNING_KEY).public_key()
        self.shelf = Shelf(FolderDepot(folder / "archives"), key)

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
        return Run(**{**dict(row or {}), "report": json.loads((row or {})["report"])})

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


@sabotage("parts are stored as they come", tells="not encrypted")
async def a_plain_archive(twin: Twin) -> None:
    """Put the plain text in the place of each part."""
    add = Draft.add

    async def add_plain(self: Draft, plain: bytes) -> str:
        name = await add(self, plain)
        self.depot.put(f"{self.name}/{name}", plain)
        return name

    twin.change(Draft, "add", add_plain)


@sabotage("what is about a person is not sealed for them", tells="a person's words")
async def an_unsealed_person(twin: Twin) -> None:
    """Find nobody's key."""

    async def find_none(*_: Any) -> dict[str, bytes]:
        return {}

    twin.change(Maker, "_find_keys", find_none)


@sabotage("the server can open every archive that it made", tells="older archive")
async def a_hoarded_key(twin: Twin) -> None:
    """Forget no key."""
    twin.change(Store, "drop_drill_keys", lambda *_: None)


@proof(
    "backups.encrypted",
    vantage=Vantage.INSIDE,
    sabotages=[a_plain_archive, an_unsealed_person, a_hoarded_key],
)
async def archives_are_ciphertext(lab: Lab) -> Evidence:
    """No file shows a canary's words; what opens the newest, opens no older one."""
    own = await require_scheduled(lab, "backup", timedelta(hours=24))
    secret = mint()
    async with guest(lab) as somebody, rehearsal_of(lab) as rehearsal:
        form = {"kind": "access", "words": secret}
        asked = await somebody.http.post(REQUESTS, json=form)
        require_provable(asked.is_success, "the canary cannot ask")
        older, run = await rehearsal.backup(), await rehearsal.backup()
        files = rehearsal.parts()
        require_provable(files, "no file was written")
        plain = [each.name for each in files if not starts_encrypted(each)]
        require(not plain, f"{len(plain)} parts are not encrypted")
        hoarded = (rehearsal.folder / f"drill-{older.archive}.key").exists()
        require(not hoarded, "the server can open an older archive")
        inside = await asyncio.to_thread(opened, rehearsal, run.archive)
        row = str(somebody.account_id).encode()
        require_provable(row in inside, "the canary is not in the backup at all")
        require(secret.encode() not in inside, "an archive shows a person's words")
    return Evidence(
        population=len(files),
        positive="with its key, an archive shows the canary's row",
        observed={"made by itself": own, "bytes": run.report["bytes"]},
    )


def starts_encrypted(file: Path) -> bool:
    """Say whether a file begins as age's format does."""
    with file.open("rb") as opened_file:
        return opened_file.read(len(HEADER)) == HEADER


def opened(rehearsal: Rehearsal, name: str) -> bytes:
    """Return everything that an archive holds, as the operator would read it."""
    archive, identity = rehearsal.shelf.get(name), rehearsal.identity(name)
    return b"".join(
        archive.read(each.name, identity) for each in archive.manifest.parts
    )


@sabotage("old archives are never removed", tells="are kept")
async def a_full_shelf(twin: Twin) -> None:
    """Spare nothing."""
    twin.change(policy, "spare", lambda *_: [])


@sabotage("the newest archive is removed", tells="lost")
async def a_wrong_end(twin: Twin) -> None:
    """Begin at the wrong end."""
    twin.change(policy, "spare", lambda names, _: sorted(names)[-3:])


@sabotage("the schedule forgets backups", tells="older than")
async def a_forgotten_schedule(twin: Twin) -> None:
    """Let the newest be old, and nothing be due."""
    await age(twin, "backup", "30 hours")


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


@proof(
    "backups.rotation",
    vantage=Vantage.INSIDE,
    sabotages=[a_full_shelf, a_wrong_end, a_forgotten_schedule],
)
async def the_newest_are_kept(lab: Lab, every_hours: int, keep: int) -> Evidence:
    """The schedule's last backup is young; of more than are kept, the oldest go."""
    own = await require_scheduled(lab, "backup", timedelta(hours=every_hours))
    async with rehearsal_of(lab) as rehearsal:
        old = [plant(rehearsal, days) for days in range(1, keep + 3)]
        run = await rehearsal.backup()
        left = set(rehearsal.shelf.names("data"))
        wanted = {run.archive, *old[: keep - 1]}
        require(len(left) <= keep, f"{len(left)} backups are kept, not {keep}")
        require(wanted <= left, f"{len(wanted - left)} of the newest backups are lost")
    return Evidence(
        population=len(old) + 1,
        positive=f"the server made {run.archive} when asked",
        observed={
            "made by itself": own,
            "kept": len(left),
            "removed": len(old) + 1 - len(left),
        },
    )


def plant(rehearsal: Rehearsal, days: int) -> str:
    """Put an archive of some days ago on the shelf, and return its name."""
    name = name_of("data", datetime.now(UTC) - timedelta(days=days), f"{days:08x}")
    rehearsal.shelf.depot.put(f"{name}/{MANIFEST}", b"{}")
    return name


@sabotage("a drill restores nothing", tells="misses")
async def an_idle_drill(twin: Twin) -> None:
    """Say that it was done."""

    async def restore(*_: Any) -> list[Any]:
        return []

    twin.change(Restorer, "restore", restore)


@sabotage("one table is left out of backups", tells="system_uses")
async def a_forgotten_table(twin: Twin) -> None:
    """Take all but one."""
    takes = Plan.takes
    twin.change(
        Plan,
        "takes",
        lambda self, table: table != "strongroom.system_uses" and takes(self, table),
    )


@sabotage("a drill calls every archive good", tells="passes")
async def a_blind_drill(twin: Twin) -> None:
    """Answer a failure with the last success."""
    drill, seen = Work._drill, list[Any]()

    async def good(self: Work, *given: Any) -> Any:
        try:
            seen.append(await drill(self, *given))
        except Exception as failed:
            if not seen:
                raise failed from None
        return seen[-1]

    twin.change(Work, "_drill", good)


@sabotage("the weekly drill does not run", tells="older than")
async def a_forgotten_drill(twin: Twin) -> None:
    """Let the newest be old, and nothing be due."""
    await age(twin, "drill", "9 days")


@proof(
    "backups.restore",
    vantage=Vantage.INSIDE,
    sabotages=[an_idle_drill, a_forgotten_table, a_blind_drill, a_forgotten_drill],
)
async def a_backup_comes_back(lab: Lab, days: int) -> Evidence:
    """The weekly drill is young; a fresh backup comes back, a damaged one is red."""
    own = await require_scheduled(lab, "drill", timedelta(days=days))
    async with rehearsal_of(lab) as rehearsal:
        before = await counted(lab)
        run = await rehearsal.backup()
        drill = await rehearsal.ask("drill", run.archive)
        require(drill.result == "done", f"the drill fails: {drill.reason}")
        tables = {each["table"]: each for each in drill.report["tables"]}
        wanted = {each for each in before if not is_left_out(lab, each)}
        missing = ", ".join(sorted(wanted - set(tables)))
        require(not missing, f"what comes back misses {missing}")
        after = await counted(lab)
        for name in sorted(wanted):
            require_between(name, tables[name]["restored"], before, after)
        wrong = [name for name, each in tables.items() if not each["matches"]]
        require(not wrong, f"{', '.join(wrong)} came back otherwise")
        await require_damage_is_seen(rehearsal, run.archive)
    return Evidence(
        population=len(tables),
        positive=f"{drill.report['rows']} rows came back in {len(tables)} tables",
        observed={
            "drilled by itself": own,
            "seconds to restore": drill.report["seconds"],
            "opened": drill.report["opened"],
        },
    )


def is_left_out(lab: Lab, table: str) -> bool:
    """Say whether the registry says, with a reason, that a table stays out."""
    plan = policy.plan_of(lab.inside.personal)
    return table in plan.left_out and table != policy.ARCHIVE_KEYS


async def counted(lab: Lab) -> dict[str, int]:
    """Return how many rows each table has, read apart from what backs them up."""
    async with lab.inside.database() as database:
        rows = await database.fetch(
            "select n.nspname || '.' || c.relname as name from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
            " and n.nspname !~ '^(pg_|information_schema$|strongroom_guard$)'"
        )
        return {
            # lint: sql-format, because the name is the catalogue's own.
            row["name"]: await database.fetchval(f"select count(*) from {row['name']}")
            for row in rows
        }


def require_between(
    name: str, restored: int, before: dict[str, int], after: dict[str, int]
) -> None:
    """Find as many rows as there were at some moment between two counts.

    Raises:
        Contradicted: they are fewer or more.

    """
    low, high = sorted((before[name], after[name]))
    told = f"{name}: {restored} rows came back of {low} to {high}"
    require(low <= restored <= high, told)


async def require_damage_is_seen(rehearsal: Rehearsal, name: str) -> None:
    """Damage the archive in each way, and find each drill red.

    Raises:
        Contradicted: a damaged archive passes for good.

    """
    part = rehearsal.parts(name)[0]
    key = rehearsal.folder / f"drill-{name}.key"
    damages: list[tuple[str, Path, Change]] = [
        ("truncated", part, lambda raw: raw[:-1]),
        ("altered", part, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
        ("wrongly keyed", key, lambda _: Identity.new().text().encode()),
    ]
    for what, file, change in damages:
        whole = file.read_bytes()
        file.write_bytes(change(whole))
        drill = await rehearsal.ask("drill", name)
        file.write_bytes(whole)
        require(drill.result == "failed", f"a {what} archive passes for good")
