"""The audit log: record what was done, and what was refused.

Guards against changes without a trace: an entry is written in the transaction of
its change, so neither exists without the other. A refusal's entry is written
aside, so that it outlives the rollback. Tamper evidence is not here yet.
"""

from uuid import UUID

from strongroom.db import Database, Tx

from . import store
from .errors import CursorInvalid, FilterInvalid
from .models import EVERYTHING, DayCount, Entry, EntryFilter, EntryPage


LARGEST_PAGE = 200
TIMELINE_DAYS = 30
FIRST_YEAR, LAST_YEAR = 2000, 9000  # Far from where moving between zones overflows.


class AuditLog:
    """Records entries and reads an organization's own back."""

    def __init__(self, db: Database) -> None:
        """Write and read through *db*."""
        self._db = db

    async def record(self, tx: Tx, entry: Entry) -> None:
        """Write *entry* in the transaction of the change that it describes."""
        await store.insert(tx, entry)

    async def refuse(self, entry: Entry) -> None:
        """Write a refusal in a transaction of its own."""
        async with self._db.aside(reason="record a refusal") as tx:
            await store.insert(tx, entry)

    async def page(
        self,
        organization_id: UUID,
        wanted: EntryFilter = EVERYTHING,
        *,
        cursor: str | None = None,
        limit: int = 50,
    ) -> EntryPage:
        """Return *organization_id*'s newest *wanted* entries older than *cursor*.

        Raises:
            CursorInvalid: the cursor is not one that an earlier page gave.
            FilterInvalid: what is wanted cannot be in any log.

        """
        _require_usable(wanted)
        limit = max(1, min(limit, LARGEST_PAGE))
        door = self._db.tenant(organization_id)
        found = await store.newest(door, wanted, _parse(cursor), limit + 1)
        more = len(found) > limit
        return EntryPage(found[:limit], str(found[limit - 1].id) if more else None)

    async def timeline(
        self, organization_id: UUID, wanted: EntryFilter = EVERYTHING
    ) -> list[DayCount]:
        """Count the *wanted* entries of each of the last days, oldest first.

        The period in *wanted* is ignored: the timeline shows what lies around it.

        Raises:
            FilterInvalid: what is wanted cannot be in any log.

        """
        _require_usable(wanted)
        door = self._db.tenant(organization_id)
        return await store.per_day(door, wanted, TIMELINE_DAYS)


def _require_usable(wanted: EntryFilter) -> None:
    texts = (wanted.action, wanted.outcome, wanted.actor, wanted.target)
    # Postgres holds no NUL in a text, so no entry can match one.
    if any("\0" in text for text in texts if text):
        raise FilterInvalid
    for moment in (wanted.since, wanted.until):
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            message = f"Choose a time between {FIRST_YEAR} and {LAST_YEAR}."
            raise FilterInvalid(message)
    if wanted.since and wanted.until and wanted.until <= wanted.since:
        message = "The period ends before it begins."
        raise FilterInvalid(message)


def _parse(cursor: str | None) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise CursorInvalid from None
