"""All SQL of accounts."""

from uuid import UUID

import asyncpg

from strongroom.db import Door, Row, Tx

from .models import Account, KnownAccount


async def find_by_email(door: Door, email: str) -> Account | None:
    """Return the account that holds *email*."""
    row = await door.fetchrow(
        "select id, email, disabled_at, frozen_at, epoch"
        " from strongroom.accounts where email = $1",
        email,
    )
    return _account(row) if row else None


async def find_by_id(door: Door, account_id: UUID) -> Account | None:
    """Return the account."""
    row = await door.fetchrow(
        "select id, email, disabled_at, frozen_at, epoch"
        " from strongroom.accounts where id = $1",
        account_id,
    )
    return _account(row) if row else None


async def insert(tx: Tx, account: Account) -> bool:
    """Keep a new account; say whether the address was still free."""
    tag = await tx.execute(
        "insert into strongroom.accounts (id, email) values ($1, $2)"
        " on conflict (email) do nothing",
        account.id,
        account.email,
    )
    return tag == "INSERT 0 1"


async def set_disabled(tx: Tx, account_id: UUID, *, disabled: bool) -> None:
    """Disable or enable an account."""
    await tx.execute(
        "update strongroom.accounts set disabled_at ="
        " case when $2 then now() end where id = $1",
        account_id,
        disabled,
    )


async def move(tx: Tx, account_id: UUID, old: str, new: str) -> bool:
    """Give an account another address; say whether it had *old* and *new* was free.

    Where somebody took *new* in the same moment, nothing more can be done in *tx*.
    """
    try:
        tag = await tx.execute(
            "update strongroom.accounts set email = $3 where id = $1 and email = $2"
            " and not exists (select from strongroom.accounts where email = $3)",
            account_id,
            old,
            new,
        )
    except asyncpg.UniqueViolationError:
        return False
    return tag == "UPDATE 1"


async def set_frozen(tx: Tx, account_id: UUID, *, frozen: bool) -> None:
    """Freeze or thaw an account."""
    await tx.execute(
        "update strongroom.accounts set frozen_at ="
        " case when $2 then now() end where id = $1",
        account_id,
        frozen,
    )


async def hold(tx: Tx, account_id: UUID) -> Account | None:
    """Return the account; until *tx* ends, nobody shuts it or ends its sessions."""
    row = await tx.fetchrow(
        "select id, email, disabled_at, frozen_at, epoch"
        " from strongroom.accounts where id = $1 for share",
        account_id,
    )
    return _account(row) if row else None


async def all_of(door: Door) -> list[KnownAccount]:
    """Return every account with where it belongs, the oldest first."""
    rows = await door.fetch(
        """
        select a.id, a.email, a.created_at, a.disabled_at,
               array(select o.name || ' (' || coalesce(defined.name, m.role) || ')'
                       from strongroom.memberships m
                       left join strongroom.roles defined on defined.id = m.role_id
                       join strongroom.organizations o on o.id = m.organization_id
                      where m.account_id = a.id order by m.created_at) as places
          from strongroom.accounts a order by a.created_at, a.id
        """
    )
    return [
        KnownAccount(
            row["id"],
            row["email"],
            row["created_at"],
            row["disabled_at"],
            tuple(row["places"]),
        )
        for row in rows
    ]


def _account(row: Row) -> Account:
    return Account(
        row["id"],
        row["email"],
        disabled=row["disabled_at"] is not None,
        frozen=row["frozen_at"] is not None,
        epoch=row["epoch"],
    )
