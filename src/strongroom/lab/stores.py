"""The stores that keep people's rows: planted in, looked through, put back.

What a proof asks of all of them at once, whoever's domain they are.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from strongroom.db import Connection, children_first, references_of
from strongroom.kernel import Period, PersonalTable

from .errors import require, require_provable
from .guests import (
    Guest,
    Rows,
    count_overdue,
    is_there,
    own_organization,
    plant,
    put_back,
    remove_row,
    rows_about,
)
from .lab import Lab
from .sweep import mint, sweep
from .waiting import until


Planted = dict[str, dict[str, Any]]

MARGIN = timedelta(minutes=1)
_A_DAY_OR_TWO = timedelta(days=2)
"""A clock of whole days ends a row on the day after."""


def about_people(lab: Lab) -> list[PersonalTable]:
    """Return the stores that keep people's rows."""
    return [each for each in lab.inside.personal if each.subject is not None]


async def rows_everywhere(lab: Lab, somebody: Guest, secret: str) -> dict[str, Rows]:
    """See that every store has a row of the guest, and return them all.

    The guest signs in once more with a browser called *secret*.

    Raises:
        Unprovable: a store has none, and takes none.

    """
    form = {"email": somebody.email, "password": somebody.password}
    browser = {"user-agent": secret}
    answer = await somebody.http.post("/api/v1/sessions", json=form, headers=browser)
    require_provable(answer.is_success, "the guest cannot sign in")
    saved: dict[str, Rows] = {}
    async with lab.inside.database() as database:
        # A planted passkey is a second factor that nobody can show when it is asked.
        await database.execute(
            "update strongroom.sessions set factor_shown_at = now()"
            " where account_id = $1",
            somebody.account_id,
        )
        for entry in about_people(lab):
            rows = await rows_about(database, entry, somebody)
            if not rows:
                rows = [await plant(database, entry, somebody, secret)]
            saved[entry.table] = rows
        saved["strongroom.organizations"] = await own_organization(database, somebody)
    return saved


async def places_of(lab: Lab, somebody: Guest, secret: str) -> list[str]:
    """Return where the guest's secret, address or rows are: tables, logs, exports."""
    # A cluster's own pages keep deleted rows until they are overwritten.
    inside = replace(lab.inside, cluster=None)
    found = {*await sweep(inside, secret), *await sweep(inside, somebody.email)}
    async with lab.inside.database() as database:
        for entry in about_people(lab):
            deleted = entry.on_erasure == "delete"
            if deleted and await rows_about(database, entry, somebody):
                found.add(f"table {entry.table}")
    return sorted(found)


async def require_same_rows(
    lab: Lab, somebody: Guest, before: Mapping[str, Rows]
) -> None:
    """Find every row of the guest as it was.

    Raises:
        Contradicted: one was changed or is gone.

    """
    async with lab.inside.database() as database:
        for entry in about_people(lab):
            after = await rows_about(database, entry, somebody)
            kept = all(row in after for row in before[entry.table])
            require(kept, f"{entry.table}: somebody else's rows were changed")


async def aged_rows(lab: Lab, first: Guest, second: Guest) -> tuple[Planted, Planted]:
    """Plant in each store that ends a row past its period, and a younger one.

    The old rows are the *first* guest's, because some stores hold one of each person.
    """
    old, young = dict[str, dict[str, Any]](), dict[str, dict[str, Any]]()
    async with lab.inside.database() as database:
        for entry in lab.inside.personal:
            if isinstance(entry.kept, Period) and entry.kept.by is None:
                end = datetime.now(UTC) - entry.kept.under(lab.inside.policy)
                step = _A_DAY_OR_TWO if entry.kept.clock == "day" else MARGIN
                old[entry.table] = await plant(
                    database, entry, first, mint(), end - step
                )
                young[entry.table] = await plant(
                    database, entry, second, mint(), end + step + 30 * MARGIN
                )
    return old, young


async def require_nothing_overdue(lab: Lab) -> None:
    """Find no row of anybody that is past its period, whoever's job it is to end it.

    Raises:
        Contradicted: a store keeps one that no legal hold keeps.

    """
    async with lab.inside.database() as database:
        rows = await database.fetch("select store from strongroom.legal_holds")
        held = {row["store"] for row in rows}
        for entry in lab.inside.personal:
            if isinstance(entry.kept, Period) and entry.table not in held:
                length = entry.kept.under(lab.inside.policy)
                late = await count_overdue(database, entry, length)
                require(not late, f"{entry.table} keeps {late} rows past their period")


async def require_ended(database: Connection, old: Planted, young: Planted) -> None:
    """Find no old row any more, and every young one.

    Raises:
        Contradicted: a row outlived its period, or did not live as long.

    """
    for table, row in old.items():
        kept = await is_there(database, table, row)
        require(not kept, f"{table} keeps a row past its period")
    for table, row in young.items():
        kept = await is_there(database, table, row)
        require(kept, f"{table} loses a row within its period")


async def remove_rows(lab: Lab, *planted: Planted) -> None:
    """Remove what was planted."""
    async with lab.inside.database() as database:
        for rows in planted:
            for table, row in rows.items():
                await remove_row(database, table, row)


def require_copied(entry: PersonalTable, rows: Rows, copied: Rows | None) -> None:
    """Find every row of a store in a copy, with every column but those withheld.

    Raises:
        Contradicted: the store, a row or a column is missing, or one is too many.

    """
    require(copied is not None, f"{entry.table} is left out of the copy")
    copied = copied or []
    require(len(copied) >= len(rows), f"{entry.table}: {len(rows)} rows, fewer copied")
    wanted = set(rows[0]) - set(entry.withheld)
    shared = [each.others for each in entry.subjects if each.others]
    for row in copied:
        others = next((each for each in shared if not set(each) & set(row)), ())
        missing = ", ".join(sorted(wanted - set(row) - set(others)))
        require(not missing, f"{entry.table} is copied without {missing}")
        shown = ", ".join(sorted(set(row) & set(entry.withheld)))
        require(not shown, f"{entry.table} is copied with {shown}")
    telling = [name for name in entry.personal if name not in entry.withheld]
    for row in rows:
        values = {name: row[name] for name in telling}
        held = any(values.items() <= each.items() for each in copied)
        require(held, f"{entry.table}: a row of theirs is not in the copy")


async def require_gone(lab: Lab, somebody: Guest, secret: str, when: str) -> None:
    """Wait until the account is gone; then nothing of the guest may be anywhere."""

    async def is_gone() -> bool:
        async with lab.inside.database() as database:
            query = "select 1 from strongroom.accounts where id = $1"
            return not await database.fetchval(query, somebody.account_id)

    await until(is_gone, f"the guest is still there {when}")
    left = await places_of(lab, somebody, secret)
    require(not left, f"{when}: {', '.join(left)}")


async def restore(lab: Lab, somebody: Guest, saved: Mapping[str, Rows]) -> None:
    """Bring the guest's rows back as a backup would, in the order of their references.

    What was kept of them by right goes first: an old backup does not know it yet.
    """
    async with lab.inside.database() as database:
        for entry in about_people(lab):
            for row in await rows_about(database, entry, somebody):
                if entry.on_erasure == "retain":
                    await remove_row(database, entry.table, row)
        order = children_first(saved, await references_of(database))[::-1]
        await put_back(database, saved, order)
