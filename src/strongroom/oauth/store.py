"""All SQL of identities. Who it is says issuer and subject, never an address."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Tx
from strongroom.oidc import Identity

from .models import LinkedIdentity, WaitingIdentity


async def account_of(door: Door, issuer: str, subject: str) -> UUID | None:
    """Return whose account an identity signs in to, or None."""
    row = await door.fetchrow(
        "select account_id from strongroom.oauth_identities"
        " where issuer = $1 and subject = $2",
        issuer,
        subject,
    )
    return row["account_id"] if row else None


async def link(
    tx: Tx, identity_id: UUID, account_id: UUID, identity: Identity | WaitingIdentity
) -> bool:
    """Let an identity sign in to an account; say whether it was nobody's before."""
    tag = await tx.execute(
        "insert into strongroom.oauth_identities"
        " (id, account_id, issuer, subject, email) values ($1, $2, $3, $4, $5)"
        " on conflict do nothing",
        identity_id,
        account_id,
        identity.issuer,
        identity.subject,
        identity.email,
    )
    return tag == "INSERT 0 1"


async def of(door: Door | Tx, account_id: UUID) -> list[LinkedIdentity]:
    """Return an account's identities, oldest first."""
    rows = await door.fetch(
        "select id, issuer, email, linked_at from strongroom.oauth_identities"
        " where account_id = $1 order by linked_at",
        account_id,
    )
    return [LinkedIdentity(**row) for row in rows]


async def hold(tx: Tx, account_id: UUID) -> None:
    """Let nobody else connect an identity to an account until *tx* ends."""
    await tx.execute(
        "select 1 from strongroom.accounts where id = $1 for no key update", account_id
    )


async def unlink(tx: Tx, account_id: UUID, identity_id: UUID) -> bool:
    """Forget an identity of an account; say whether it had it."""
    tag = await tx.execute(
        "delete from strongroom.oauth_identities where account_id = $1 and id = $2",
        account_id,
        identity_id,
    )
    return tag == "DELETE 1"


async def unlink_all(tx: Tx, account_id: UUID) -> None:
    """Forget every identity of an account."""
    await tx.execute(
        "delete from strongroom.oauth_identities where account_id = $1", account_id
    )


async def has_ways_besides(door: Door, account_id: UUID, identity_id: UUID) -> bool:
    """Say whether an account has a way in besides one identity."""
    row = await door.fetchrow(
        """
        select 1 where exists (
            select from strongroom.oauth_identities where account_id = $1 and id <> $2
        ) or exists (
            select from strongroom.password_verifiers where account_id = $1
        )
        """,
        account_id,
        identity_id,
    )
    return row is not None


async def keep(tx: Tx, waiting: WaitingIdentity, lifetime: timedelta) -> None:
    """Keep somebody new until their organization has a name; drop who waited."""
    await tx.execute(
        "delete from strongroom.oauth_sign_ups where created_at < now() - $1::interval",
        lifetime,
    )
    await tx.execute(
        "insert into strongroom.oauth_sign_ups (id, issuer, subject, email, provider)"
        " values ($1, $2, $3, $4, $5)",
        waiting.id,
        waiting.issuer,
        waiting.subject,
        waiting.email,
        waiting.provider,
    )


async def waiting(door: Door, waiting_id: UUID) -> WaitingIdentity | None:
    """Return who waits, or None."""
    row = await door.fetchrow(
        "select id, issuer, subject, email, provider from strongroom.oauth_sign_ups"
        " where id = $1",
        waiting_id,
    )
    return WaitingIdentity(**row) if row else None


async def forget(tx: Tx, waiting_id: UUID) -> None:
    """Drop who waited."""
    await tx.execute("delete from strongroom.oauth_sign_ups where id = $1", waiting_id)
