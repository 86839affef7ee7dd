"""The uses of the system door, moved from each process into a table.

Every process counts for itself; the sums are published, so that nobody has to trust
a process that has ended. At most half a minute's uses are lost with a killed one.
"""

import asyncio
import logging

from .doors import Database
from .errors import DatabaseUnavailable


log = logging.getLogger("strongroom.db")

SECONDS = 30.0
"""Between two moves."""


async def move_uses(database: Database) -> None:
    """Add what this process has counted to the table; the move itself counts too.

    Raises:
        DatabaseUnavailable: nothing was moved, and nothing is forgotten.

    """
    if not database.system_uses:  # Or an idle process would only count itself.
        return
    door = database.system(reason="keep the uses of this door")
    counted = database.system_uses.copy()
    await door.fetch(
        """
        insert into strongroom.system_uses as kept (reason, uses)
        select * from unnest($1::text[], $2::bigint[])
            on conflict (day, reason) do update set uses = kept.uses + excluded.uses
        returning reason
        """,
        list(counted),
        list(counted.values()),
    )
    database.system_uses -= counted


async def keep_uses(database: Database, pause: float = SECONDS) -> None:
    """Move again and again, until cancelled."""
    while True:
        await asyncio.sleep(pause)
        try:
            await move_uses(database)
        except DatabaseUnavailable:
            log.info("uses of the system door wait for the database")
