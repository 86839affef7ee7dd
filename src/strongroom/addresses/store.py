"""All SQL of changes of address."""

from uuid import UUID

from strongroom.db import Door, Tx

from .models import AddressChange


async def insert(tx: Tx, change: AddressChange) -> None:
    """Keep a change until it is confirmed."""
    await tx.execute(
        "insert into strongroom.address_changes (id, account_id, old_email, new_email)"
        " values ($1, $2, $3, $4)",
        change.id,
        change.account_id,
        change.old_email,
        change.new_email,
    )


async def find(door: Door, change_id: UUID) -> AddressChange | None:
    """Return a change."""
    row = await door.fetchrow(
        "select id, account_id, old_email, new_email from strongroom.address_changes"
        " where id = $1",
        change_id,
    )
    return AddressChange(**row) if row else None
