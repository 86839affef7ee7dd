"""All SQL of limits. Each verb is one atomic statement, by the database's clock.

Both tables are unlogged: a crash of Postgres forgives everybody, and costs no write
ahead in return.
"""

from typing import NamedTuple

from strongroom.db import Door


def _spending(key: str, unit: str, window: str, condition: str = "true") -> str:
    """Return the statement that spends one unit, by the names of its parameters.

    They are the key, the seconds of one unit and those of the window.
    """
    return f"""
        insert into strongroom.limit_budgets as b (key, due)
        select {key}::bytea,
               extract(epoch from clock_timestamp())::float8 + {unit}::float8
         where {condition}
        on conflict (key) do update
           -- No honest row is further ahead than its window: a clock was set back.
           set due = {unit} + case
                   when b.due > excluded.due - {unit} + {window}::float8 + 1
                   then excluded.due - {unit}
                   else greatest(b.due, excluded.due - {unit}) end
         where b.due > excluded.due - {unit} + {window} + 1
            or greatest(b.due, excluded.due - {unit}) + {unit}
               <= excluded.due - {unit} + {window} + 1e-6
        returning due - extract(epoch from clock_timestamp())::float8 - {window} as wait
    """


SPEND = _spending("$1", "$2", "$3")

SPEND_IN_TURN = f"""
    with first as ({SPEND}),
         second as ({_spending("$4", "$5", "$6", "exists (select from first)")})
    select (select wait from first) as first, (select wait from second) as second
"""
"""Of the second only where there was one of the first."""


class Share(NamedTuple):
    """A unit to be spent."""

    key: bytes
    unit: float
    """The seconds after which one more is back."""

    window: float


async def spend(door: Door, share: Share) -> float:
    """Spend one unit; return a wait above zero where there was none.

    Otherwise the negative of how many seconds' worth are left.
    """
    row = await door.fetchrow(SPEND, *share)
    return await _wait(door, share, row["wait"] if row else None)


async def spend_in_turn(door: Door, first: Share, second: Share) -> list[float]:
    """Spend a unit of each, in one trip; return the waits of those that were asked.

    Where there is none of the first, the second is not asked.
    """
    row = await door.fetchrow(SPEND_IN_TURN, *first, *second)
    found = (row["first"], row["second"]) if row else (None, None)
    waits = [await _wait(door, first, found[0])]
    if waits[0] <= 0:
        waits.append(await _wait(door, second, found[1]))
    return waits


async def _wait(door: Door, share: Share, spent: float | None) -> float:
    """Return how long to wait: where none was *spent*, the row tells."""
    if spent is not None:
        return min(0.0, spent)
    row = await door.fetchrow(
        "select due - extract(epoch from clock_timestamp())::float8"
        " + $2::float8 - $3::float8 as wait"
        " from strongroom.limit_budgets where key = $1",
        *share,
    )
    # One unit may have come back between the two statements: still a refusal.
    return max(row["wait"], 0.001) if row else 0.001


async def give_back(door: Door, key: bytes, interval: float) -> None:
    """Put one unit back."""
    await door.fetch(
        "update strongroom.limit_budgets set due = due - $2::float8"
        " where key = $1 returning key",
        key,
        interval,
    )


async def sight(door: Door, key: bytes, other: bytes, window: float) -> int:
    """Note that *key* was seen with *other*; return with how many within *window*."""
    rows = await door.fetch(
        """
        with noted as (
            insert into strongroom.limit_sightings (key, other, until)
            values ($1, $2, clock_timestamp() + make_interval(secs => $3::float8))
            on conflict (key, other) do update set until = excluded.until
            returning 1
        )
        select (select count(*) from noted) + count(*) as seen
          from strongroom.limit_sightings
         where key = $1 and other <> $2 and until > clock_timestamp()
        """,
        key,
        other,
        window,
    )
    return int(rows[0]["seen"])


async def forget_past(door: Door) -> int:
    """Remove what no longer decides anything; return how many rows."""
    rows = await door.fetch(
        """
        with budgets as (
            delete from strongroom.limit_budgets
             where due < extract(epoch from clock_timestamp()) returning 1
        ), sightings as (
            delete from strongroom.limit_sightings
             where until < clock_timestamp() returning 1
        )
        select (select count(*) from budgets) + (select count(*) from sightings) as gone
        """
    )
    return int(rows[0]["gone"])
