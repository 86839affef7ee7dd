"""All SQL of changes of address."""

from uuid import UUID

from strongroom.db import Door, Row, Tx

from .models import AddressChange


_SHOWN = "select id, account_id, old_email, new_email from strongroom.address_changes"


async def hold(tx: Tx, account_id: UUID) -> str | None:
    """Return an account's address; until *tx* ends, nothing else moves it."""
    email: str | None = await tx.fetchval(
        "select email from strongroom.accounts where id = $1 for no key update",
        account_id,
    )
    return email


async def insert(tx: Tx, change: AddressChange) -> None:
    """Keep a change until it is confirmed; its moment is that of the held account."""
    await tx.execute(
        "insert into strongroom.address_changes"
        " (id, account_id, old_email, new_email, created_at)"
        " values ($1, $2, $3, $4, clock_timestamp())",
        change.id,
        change.account_id,
        change.old_email,
        change.new_email,
    )


async def find(door: Door, change_id: UUID) -> AddressChange | None:
    """Return a change."""
    return _change(await door.fetchrow(f"{_SHOWN} where id = $1", change_id))


async def newest(door: Door, account_id: UUID) -> AddressChange | None:
    """Return the change that an account asked for last."""
    query = f"{_SHOWN} where account_id = $1 order by created_at desc limit 1"
    return _change(await door.fetchrow(query, account_id))


async def take_back(tx: Tx, change: AddressChange) -> bool:
    """Forget a change and all that came after; say whether it was still there."""
    rows = await tx.fetch(
        """
        delete from strongroom.address_changes
         where account_id = $1 and created_at >= (
               select created_at from strongroom.address_changes where id = $2)
        returning id
        """,
        change.account_id,
        change.id,
    )
    return change.id in {row["id"] for row in rows}


def _change(row: Row | None) -> AddressChange | None:
    return AddressChange(**row) if row else None
