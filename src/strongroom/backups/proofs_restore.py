"""A backup comes back whole, and a damaged one is red.

A drill that the server makes is compared with the tables, which are counted apart.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from strongroom.archive import Identity, Plan
from strongroom.lab import Evidence, Lab, Twin, Vantage, proof, require, sabotage

from . import policy
from .proofs_rehearsal import Rehearsal, age, rehearsal_of, require_scheduled
from .service import Restorer
from .tasks import Work


Change = Callable[[bytes], bytes]


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
    drill, seen = Work.drill, list[Any]()

    async def good(self: Work, *given: Any) -> Any:
        try:
            seen.append(await drill(self, *given))
        except Exception as failed:
            if not seen:
                raise failed from None
        return seen[-1]

    twin.change(Work, "drill", good)


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
