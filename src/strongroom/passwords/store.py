"""All SQL of passwords."""

from uuid import UUID

from strongroom.db import Door, Tx


async def find(door: Door, account_id: UUID) -> str | None:
    """Return the account's verifier."""
    row = await door.fetchrow(
        "select verifier from strongroom.password_verifiers where account_id = $1",
        account_id,
    )
    return row["verifier"] if row else None


async def put(tx: Tx, account_id: UUID, verifier: str) -> None:
    """Keep *verifier* in place of any earlier one."""
    await tx.execute(
        """
        insert into strongroom.password_verifiers (account_id, verifier)
        values ($1, $2)
        on conflict (account_id) do update
            set verifier = excluded.verifier, changed_at = now()
        """,
        account_id,
        verifier,
    )


async def upgrade(tx: Tx, account_id: UUID, old: str, new: str) -> None:
    """Replace *old* by *new*, unless the password was changed meanwhile."""
    await tx.execute(
        "update strongroom.password_verifiers set verifier = $3"
        " where account_id = $1 and verifier = $2",
        account_id,
        old,
        new,
    )
