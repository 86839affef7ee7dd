"""The audit log: record what was done, and what was refused.

Guards against changes without a trace: an entry is written in the transaction of
its change, so neither exists without the other. A refusal's entry is written
aside, so that it outlives the rollback. Tamper evidence is not here yet.
"""

from uuid import UUID

from strongroom.db import Database, Tx

from . import store
from .errors import CursorInvalid
from .models import Entry, EntryPage


LARGEST_PAGE = 200


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
        *,
        cursor: str | None = None,
        limit: int = 50,
        action: str | None = None,
        outcome: str | None = None,
    ) -> EntryPage:
        """Return *organization_id*'s newest entries older than *cursor*.

        Raises:
            CursorInvalid: the cursor is not one that an earlier page gave.

        """
        limit = max(1, min(limit, LARGEST_PAGE))
        door = self._db.tenant(organization_id)
        found = await store.newest(door, _parse(cursor), limit + 1, action, outcome)
        more = len(found) > limit
        return EntryPage(found[:limit], str(found[limit - 1].id) if more else None)


def _parse(cursor: str | None) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise CursorInvalid from None
