"""All SQL of ownership. The database's clock decides what has ended."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx

from .models import Offer


_SHOWN = """
    select f.giver_id, g.email as giver, f.taker_id, t.email as taker, f.expires_at,
           f.keeps
      from strongroom.ownership_offers f
      join strongroom.accounts g
        on g.id = f.giver_id and g.disabled_at is null and g.frozen_at is null
      join strongroom.accounts t on t.id = f.taker_id
      join strongroom.memberships m
        on m.organization_id = f.organization_id and m.account_id = f.giver_id
       and m.role = 'owner'
     where f.expires_at > now()
"""


async def lock_roles(tx: Tx) -> dict[UUID, str]:
    """Return every member's role, held still until the transaction ends."""
    rows = await tx.fetch(
        "select account_id, role from strongroom.memberships"
        " order by account_id for update"
    )
    return {row["account_id"]: row["role"] for row in rows}


async def insert(
    tx: Tx, giver: UUID, taker: UUID, lifetime: timedelta, *, keeps: bool
) -> bool:
    """Keep an offer; say whether none was open. One that has ended makes room."""
    await tx.execute(
        "delete from strongroom.ownership_offers where expires_at <= now()"
    )
    tag = await tx.execute(
        """
        insert into strongroom.ownership_offers (giver_id, taker_id, expires_at, keeps)
        values ($1, $2, now() + $3, $4) on conflict do nothing
        """,
        giver,
        taker,
        lifetime,
        keeps,
    )
    return tag == "INSERT 0 1"


async def find(door: Door | Tx) -> Offer | None:
    """Return the open offer that this door sees, of whoever is an owner still."""
    row = await door.fetchrow(_SHOWN)
    return _offer(row) if row else None


async def remove(tx: Tx) -> bool:
    """End the offer; say whether there was one."""
    tag = await tx.execute("delete from strongroom.ownership_offers")
    return tag != "DELETE 0"


async def hand_over(tx: Tx, offer: Offer) -> None:
    """Make the taker an owner, and the giver an admin unless they stay one."""
    await tx.execute(
        """
        update strongroom.memberships
           set role = case when account_id = $1 then 'owner' else 'admin' end,
               role_id = null
         where account_id = $1 or account_id = $2 and not $3
        """,
        offer.taker_id,
        offer.giver_id,
        offer.keeps,
    )


async def remove_of(tx: Tx, giver_id: UUID) -> None:
    """End every offer that somebody made, in whatever organization."""
    await tx.execute(
        "delete from strongroom.ownership_offers where giver_id = $1", giver_id
    )


def _offer(row: Row) -> Offer:
    return Offer(**row)
