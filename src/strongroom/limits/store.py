"""All SQL of limits. Each verb is one atomic statement, by the database's clock.

Both tables are unlogged: a crash of Postgres forgives everybody, and costs no write
ahead in return.
"""

from strongroom.db import Door


SPEND = """
insert into strongroom.limit_budgets as b (key, due)
values ($1, extract(epoch from clock_timestamp())::float8 + $2::float8)
on conflict (key) do update
   -- No honest row is further ahead than its window: then a clock was set back.
   set due = $2 + case when b.due > excluded.due - $2 + $3::float8 + 1
                        then excluded.due - $2
                        else greatest(b.due, excluded.due - $2) end
 where b.due > excluded.due - $2 + $3 + 1
    or greatest(b.due, excluded.due - $2) + $2 <= excluded.due - $2 + $3 + 1e-6
returning due - extract(epoch from clock_timestamp())::float8 - $3 as wait
"""
"""``$1`` the key, ``$2`` the seconds of one unit, ``$3`` those of the window."""


async def spend(door: Door, key: bytes, interval: float, window: float) -> float:
    """Spend one unit; return a wait above zero where there was none.

    Otherwise the negative of how many seconds' worth are left.
    """
    row = await door.fetchrow(SPEND, key, interval, window)
    if row is not None:
        return min(0.0, float(row["wait"]))
    row = await door.fetchrow(
        "select due - extract(epoch from clock_timestamp())::float8"
        " + $2::float8 - $3::float8 as wait"
        " from strongroom.limit_budgets where key = $1",
        key,
        interval,
        window,
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
