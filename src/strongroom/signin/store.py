"""All SQL of signing up and in."""

from uuid import UUID

from strongroom.accounts import Account
from strongroom.db import Door, Tx

from .models import Known, WaitingSignUp


async def find_known(door: Door, email: str) -> Known:
    """Return who holds *email*, and by which verifier: nobody costs the same trip."""
    row = await door.fetchrow(
        """
        select a.id, a.email, a.disabled_at is not null as disabled,
               a.frozen_at is not null as frozen, a.epoch, v.verifier
          from strongroom.accounts a
          left join strongroom.password_verifiers v on v.account_id = a.id
         where a.email = $1
        """,
        email,
    )
    if row is None:
        return Known()
    account = Account(
        row["id"],
        row["email"],
        disabled=row["disabled"],
        frozen=row["frozen"],
        epoch=row["epoch"],
    )
    return Known(account, row["verifier"])


async def insert(tx: Tx, waiting: WaitingSignUp) -> None:
    """Keep a sign-up until its address is confirmed."""
    await tx.execute(
        """
        insert into strongroom.sign_ups (id, email, verifier, organization_name)
        values ($1, $2, $3, $4)
        """,
        waiting.id,
        waiting.email,
        waiting.verifier,
        waiting.organization_name,
    )


async def find(door: Door, sign_up_id: UUID) -> WaitingSignUp | None:
    """Return a waiting sign-up."""
    row = await door.fetchrow(
        "select id, email, verifier, organization_name from strongroom.sign_ups"
        " where id = $1",
        sign_up_id,
    )
    return WaitingSignUp(**row) if row else None


async def delete(tx: Tx, email: str) -> None:
    """Forget every waiting sign-up of an address that is confirmed now."""
    await tx.execute("delete from strongroom.sign_ups where email = $1", email)
