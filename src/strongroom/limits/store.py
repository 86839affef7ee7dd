"""All SQL of limits. Each verb is one atomic statement, by the database's clock.

Both tables are unlogged: a crash of Postgres forgives everybody, and costs no write
ahead in return.
"""

from collections.abc import Sequence
from typing import NamedTuple

from strongroom.db import Door


def _spending(keys: str, unit: str, window: str) -> str:
    """Return the statement that spends one unit of each key that a query gives.

    *unit* and *window* name the parameters that hold the seconds of both.
    """
    # lint: sql-format, because all of it is this file's own constant text.
    return f"""
        insert into strongroom.limit_budgets as b (key, due)
        select asked.key,
               extract(epoch from clock_timestamp())::float8 + {unit}::float8
          from ({keys}) as asked
        on conflict (key) do update
           -- No honest row is further ahead than its window: a clock was set back.
           set due = {unit} + case
                   when b.due > excluded.due - {unit} + {window}::float8 + 1
                   then excluded.due - {unit}
                   else greatest(b.due, excluded.due - {unit}) end
         where b.due > excluded.due - {unit} + {window} + 1
            or greatest(b.due, excluded.due - {unit}) + {unit}
               <= excluded.due - {unit} + {window} + 1e-6
        returning b.key,
                  due - extract(epoch from clock_timestamp())::float8 - {window} as wait
    """


# All who spend many take them in one order, so that no two wait for each other.
_MANY = "select unnest($1::bytea[]) as key order by 1"
SPEND = _spending(_MANY, "$2", "$3")

_FIRST, _SECOND = "select $1::bytea as key", "select $4::bytea as key from first"
# lint: sql-format, because all of it is this file's own constant text.
SPEND_IN_TURN = f"""
    with first as ({_spending(_FIRST, "$2", "$3")}),
         second as ({_spending(_SECOND, "$5", "$6")})
    select (select wait from first) as first, (select wait from second) as second
"""
"""Of the second only where there was one of the first."""


class Share(NamedTuple):
    """A unit to be spent."""

    key: bytes
    unit: float
    """The seconds after which one more is back."""

    window: float


async def spend(
    door: Door, keys: Sequence[bytes], unit: float, window: float
) -> dict[bytes, float]:
    """Spend one unit of each key; return waits above zero where there was none.

    Otherwise they are the negative of how many seconds' worth are left.
    """
    rows = await door.fetch(SPEND, keys, unit, window)
    waits = {row["key"]: min(0.0, row["wait"]) for row in rows}
    for key in set(keys) - waits.keys():
        waits[key] = await _wait(door, Share(key, unit, window))
    return waits


async def spend_in_turn(door: Door, first: Share, second: Share) -> list[float]:
    """Spend a unit of each, in one trip; return the waits of those that were asked.

    Where there is none of the first, the second is not asked.
    """
    row = await door.fetchrow(SPEND_IN_TURN, *first, *second)
    found = (row["first"], row["second"]) if row else (None, None)
    waits: list[float] = []
    for share, wait in zip((first, second), found, strict=True):
        if wait is None:
            return [*waits, await _wait(door, share)]
        waits.append(min(0.0, wait))
    return waits


async def _wait(door: Door, share: Share) -> float:
    """Return how long to wait for a unit that was not there."""
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
