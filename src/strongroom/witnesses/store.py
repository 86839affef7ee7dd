"""All SQL of witnessing: whose trees there are."""

from uuid import UUID

from strongroom.db import Door


async def trees(door: Door) -> list[UUID | None]:
    """Return whose entries are sealed; None is the house."""
    rows = await door.fetch(
        "select distinct organization_id from strongroom.audit_leaves"
    )
    return [row["organization_id"] for row in rows]
