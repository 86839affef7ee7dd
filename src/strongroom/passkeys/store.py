"""All SQL of passkeys. Each claim is one atomic statement."""

from uuid import UUID

from strongroom.db import Door, Tx

from .models import Known, Passkey


async def handle_of(tx: Tx, account_id: UUID, new: bytes) -> bytes:
    """Return what authenticators call an account: *new* if it had no name yet."""
    handle: bytes = await tx.fetchval(
        """
        insert into strongroom.passkey_owners as o (account_id, handle)
        values ($1, $2)
        on conflict (account_id) do update set handle = o.handle
        returning handle
        """,
        account_id,
        new,
    )
    return handle


async def of_account(door: Door, account_id: UUID) -> list[Passkey]:
    """Return an account's passkeys, oldest first."""
    rows = await door.fetch(
        "select id, name, created_at, used_at from strongroom.passkeys"
        " where account_id = $1 order by created_at, id",
        account_id,
    )
    return [Passkey(**row) for row in rows]


async def credential_ids(door: Door, account_id: UUID) -> list[bytes]:
    """Return what authenticators call an account's passkeys."""
    rows = await door.fetch(
        "select credential_id from strongroom.passkeys where account_id = $1"
        " order by created_at, id",
        account_id,
    )
    return [row["credential_id"] for row in rows]


async def find(door: Door, credential_id: bytes) -> Known | None:
    """Return a passkey by what authenticators call it."""
    row = await door.fetchrow(
        """
        select p.id, p.account_id, o.handle, p.credential_id, p.public_key,
               p.sign_count, p.alone
          from strongroom.passkeys p
          join strongroom.passkey_owners o on o.account_id = p.account_id
         where p.credential_id = $1
        """,
        credential_id,
    )
    return Known(**row) if row else None


async def insert(tx: Tx, passkey: Known, name: str, transports: str, most: int) -> bool:
    """Keep a new passkey; say whether nobody had it, and the account has room.

    Another one of the account is waited for, so that each counts those before it.
    """
    await tx.execute(
        "select from strongroom.accounts where id = $1 for no key update",
        passkey.account_id,
    )
    tag = await tx.execute(
        """
        insert into strongroom.passkeys (id, account_id, credential_id, public_key,
                                         sign_count, name, transports)
        select $1, $2, $3, $4, $5, $6, $7
         where (select count(*) from strongroom.passkeys where account_id = $2) < $8
        on conflict (credential_id) do nothing
        """,
        passkey.id,
        passkey.account_id,
        passkey.credential_id,
        passkey.public_key,
        passkey.sign_count,
        name,
        transports,
        most,
    )
    return tag == "INSERT 0 1"


async def distrust(tx: Tx, account_id: UUID) -> None:
    """Let none of an account's passkeys sign in by itself."""
    await tx.execute(
        "update strongroom.passkeys set alone = false where account_id = $1",
        account_id,
    )


async def claim_count(tx: Tx, passkey_id: UUID, sign_count: int) -> bool:
    """Let a passkey count on; say whether it did.

    One that never counts says 0 each time (WebAuthn §6.1.1), and is let be.
    """
    tag = await tx.execute(
        "update strongroom.passkeys set sign_count = $2, used_at = now()"
        " where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))",
        passkey_id,
        sign_count,
    )
    return tag == "UPDATE 1"


async def rename(tx: Tx, account_id: UUID, passkey_id: UUID, name: str) -> bool:
    """Call one of the account's passkeys *name*; say whether it has it."""
    tag = await tx.execute(
        "update strongroom.passkeys set name = $3 where account_id = $1 and id = $2",
        account_id,
        passkey_id,
        name,
    )
    return tag == "UPDATE 1"


async def remove(tx: Tx, account_id: UUID, passkey_id: UUID) -> bool:
    """Forget one of the account's passkeys; say whether it had it."""
    tag = await tx.execute(
        "delete from strongroom.passkeys where account_id = $1 and id = $2",
        account_id,
        passkey_id,
    )
    return tag == "DELETE 1"


async def remove_all(tx: Tx, account_id: UUID) -> bool:
    """Forget every passkey of the account; say whether it had one."""
    tag = await tx.execute(
        "delete from strongroom.passkeys where account_id = $1", account_id
    )
    return tag != "DELETE 0"
