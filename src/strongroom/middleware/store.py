"""All SQL of the middleware: counts of what browsers report."""

from collections.abc import Mapping

from strongroom.db import Connection, Door

from .violations import Violation


MOST_A_DAY = 1000
"""So many different rows a day; what comes later is counted in one row, ``other``."""

DAYS_KEPT = 90


async def add_violations(door: Door, counted: Mapping[Violation, int]) -> None:
    """Add to today's counts, and forget those that are too old."""
    await door.fetch(
        """
        with forgotten as (
            delete from strongroom.csp_reports where day < current_date - $6::int
        ), told as (
            select *, exists (
                select from strongroom.csp_reports known
                 where known.day = current_date
                   and (known.directive, known.blocked, known.document)
                     = (told.directive, told.blocked, told.document)
            ) or $5 > (
                select count(*) from strongroom.csp_reports where day = current_date
            ) as fits
              from unnest($1::text[], $2::text[], $3::text[], $4::int[])
                as told (directive, blocked, document, seen)
        )
        insert into strongroom.csp_reports as kept (directive, blocked, document, seen)
        select case when fits then directive else 'other' end,
               case when fits then blocked else 'other' end,
               case when fits then document else 'other' end,
               sum(seen)
          from told group by 1, 2, 3
            on conflict (day, directive, blocked, document)
            do update set seen = kept.seen + excluded.seen
        """,
        [each.directive for each in counted],
        [each.blocked for each in counted],
        [each.document for each in counted],
        [*counted.values()],
        MOST_A_DAY,
        DAYS_KEPT,
    )


async def count_violations(door: Door | Connection) -> int:
    """Return how many violations were counted today."""
    row = await door.fetchrow(
        "select coalesce(sum(seen), 0) as seen from strongroom.csp_reports"
        " where day = current_date"
    )
    return int(row["seen"]) if row else 0
