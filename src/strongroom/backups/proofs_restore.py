"""A backup comes back whole, and a damaged one is red.

A drill that the server makes is compared with the tables, which are counted apart.
"""

import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from strongroom.archive import Loaded, Plan
from strongroom.lab import Evidence, Lab, Twin, Vantage, proof, require, sabotage

from . import policy, service
from .proofs_damage import require_damage_is_seen
from .proofs_rehearsal import age, rehearsal_of, require_scheduled
from .service import Restorer
from .tasks import Work


LOSES = "strongroom.audit_entries"
"""A table with rows that no other row needs."""


@sabotage("a drill restores nothing", tells="misses strongroom.accounts")
async def an_idle_drill(twin: Twin) -> None:
    """Say that it was done."""

    async def restore(*_: Any) -> list[Any]:
        return []

    twin.change(Restorer, "restore", restore)


@sabotage("one table is left out of backups", tells="misses strongroom.system_uses")
async def a_forgotten_table(twin: Twin) -> None:
    """Take all but one."""
    takes = Plan.takes
    twin.change(
        Plan,
        "takes",
        lambda self, table: table != "strongroom.system_uses" and takes(self, table),
    )


@sabotage("a row is lost on its way back", tells="came back otherwise")
async def a_lost_row(twin: Twin) -> None:
    """Put all rows of a table in but one."""
    # The module by its name: the package has a function that is called like it.
    module = sys.modules[Loaded.__module__]
    copy_in = module.copy_in

    async def all_but_one(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        lost = False
        async for lines in source:
            yield lines if lost else lines.partition(b"\n")[2]
            lost = True

    async def copy_less(door: Any, table: str, columns: Any, source: Any) -> None:
        some = all_but_one(source) if table == LOSES else source
        await copy_in(door, table, columns, some)

    twin.change(module, "copy_in", copy_less)


@sabotage("a drill calls every archive good", tells="truncated passes")
async def a_blind_drill(twin: Twin) -> None:
    """Answer a failure with the last success."""
    drill, seen = Work.drill, list[Any]()

    async def good(self: Work, *given: Any) -> Any:
        try:
            seen.append(await drill(self, *given))
        except Exception as failed:
            if not seen:
                raise failed from None
        return seen[-1]

    twin.change(Work, "drill", good)


@sabotage("an archive of nothing is called good", tells="empty passes")
async def an_easy_drill(twin: Twin) -> None:
    """Restore, and compare nothing."""
    twin.change(service, "require_same", lambda *_: None)


@sabotage("the weekly drill does not run", tells="older than")
async def a_forgotten_drill(twin: Twin) -> None:
    """Let the newest be old, and nothing be due."""
    await age(twin, "drill", "9 days")


@proof(
    "backups.restore",
    vantage=Vantage.INSIDE,
    sabotages=[
        an_idle_drill,
        a_forgotten_table,
        a_lost_row,
        a_blind_drill,
        an_easy_drill,
        a_forgotten_drill,
    ],
)
async def a_backup_comes_back(lab: Lab, days: int) -> Evidence:
    """The weekly drill is young; a fresh backup comes back, a damaged one is red."""
    own = await require_scheduled(lab, "drill", timedelta(days=days))
    await require_of_newest(lab, days)
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
        damages = await require_damage_is_seen(rehearsal, run.archive)
    return Evidence(
        population=len(tables),
        positive=f"{drill.report['rows']} rows came back in {len(tables)} tables",
        observed={
            "drilled by itself": own,
            "seconds to restore": drill.report["seconds"],
            "opened": drill.report["opened"],
            "red when": damages,
        },
    )


async def require_of_newest(lab: Lab, days: int) -> None:
    """Find a drill of that time whose backup was the newest there was.

    Raises:
        Contradicted: each restored an older one.

    """
    async with lab.inside.database() as database:
        found = await database.fetchval(
            """
            select count(*) from strongroom.backup_runs d
             where d.kind = 'drill' and not d.rehearsal and d.result = 'done'
               and d.started_at > now() - ($1 + 1) * interval '1 day'
               and d.archive = (
                   select b.archive from strongroom.backup_runs b
                    where b.kind = 'backup' and not b.rehearsal
                      and b.result = 'done' and b.finished_at <= d.started_at
                    order by b.started_at desc limit 1)
            """,
            days,
        )
    require(found, "no drill restored the newest backup of its day")


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
