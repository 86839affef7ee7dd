"""All SQL of invitations. The database's clock decides what has ended."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx

from .models import Invitation


_OPEN = "i.accepted_at is null and i.revoked_at is null"

_SHOWN = f"""
    select i.id, i.organization_id, o.name as organization, i.email, i.role,
           own.actions as granted, a.email as invited_by,
           coalesce(theirs.name, m.role) as inviter_role,
           theirs.actions as inviter_granted, i.created_at, i.expires_at,
           case when i.expires_at > now() then 'open' else 'expired' end as state
      from strongroom.invitations i
      join strongroom.organizations o on o.id = i.organization_id
      join strongroom.accounts a on a.id = i.invited_by
      join strongroom.memberships m
        on m.organization_id = i.organization_id and m.account_id = i.invited_by
      left join strongroom.roles theirs on theirs.id = m.role_id
      left join strongroom.roles own
        on own.organization_id = i.organization_id and own.name = i.role
     where {_OPEN}
"""


async def insert(
    tx: Tx,
    *,
    invitation_id: UUID,
    organization_id: UUID,
    invited_by: UUID,
    email: str,
    role: str,
    lifetime: timedelta,
) -> bool:
    """Keep a new invitation; say whether the address had no open one."""
    tag = await tx.execute(
        """
        insert into strongroom.invitations
            (id, organization_id, invited_by, email, role, expires_at)
        values ($1, $2, $3, $4, $5, now() + $6) on conflict do nothing
        """,
        invitation_id,
        organization_id,
        invited_by,
        email,
        role,
        lifetime,
    )
    return tag == "INSERT 0 1"


async def forget_expired(tx: Tx, organization_id: UUID, email: str) -> None:
    """Make room for a new invitation of an address whose earlier one has ended."""
    await tx.execute(
        "delete from strongroom.invitations i where i.organization_id = $1"
        f" and i.email = $2 and {_OPEN} and i.expires_at <= now()",
        organization_id,
        email,
    )


async def is_member(tx: Tx, organization_id: UUID, email: str) -> bool:
    """Say whether whoever has the address belongs to the organization."""
    return bool(
        await tx.fetchval(
            """
            select exists (
                select from strongroom.memberships m
                  join strongroom.accounts a on a.id = m.account_id
                 where m.organization_id = $1 and a.email = $2)
            """,
            organization_id,
            email,
        )
    )


async def of(door: Door, organization_id: UUID) -> list[Invitation]:
    """Return the organization's invitations that nobody accepted, newest first."""
    query = f"{_SHOWN} and i.organization_id = $1 order by i.created_at desc, i.id"
    return [_invitation(row) for row in await door.fetch(query, organization_id)]


async def find(door: Door | Tx, invitation_id: UUID) -> Invitation | None:
    """Return an invitation that nobody accepted or revoked, expired ones included.

    One whose inviter is disabled is not among them.
    """
    query = f"{_SHOWN} and a.disabled_at is null and a.frozen_at is null and i.id = $1"
    row = await door.fetchrow(query, invitation_id)
    return _invitation(row) if row else None


async def prolong(tx: Tx, invitation_id: UUID, lifetime: timedelta) -> None:
    """Let an invitation hold for a whole *lifetime* from now on."""
    await tx.execute(
        "update strongroom.invitations set expires_at = now() + $2 where id = $1",
        invitation_id,
        lifetime,
    )


async def revoke(tx: Tx, organization_id: UUID, invitation_id: UUID) -> bool:
    """End an open invitation; say whether there was one."""
    tag = await tx.execute(
        "update strongroom.invitations i set revoked_at = now()"
        f" where i.id = $2 and i.organization_id = $1 and {_OPEN}",
        organization_id,
        invitation_id,
    )
    return tag == "UPDATE 1"


async def revoke_all(tx: Tx, invited_by: UUID) -> None:
    """End every open invitation that an account sent, in whatever organization."""
    await tx.execute(
        "update strongroom.invitations i set revoked_at = now()"
        f" where i.invited_by = $1 and {_OPEN}",
        invited_by,
    )


async def accept(tx: Tx, invitation_id: UUID) -> bool:
    """Use an open invitation up; say whether it was still there."""
    tag = await tx.execute(
        "update strongroom.invitations i set accepted_at = now()"
        f" where i.id = $1 and {_OPEN} and i.expires_at > now()",
        invitation_id,
    )
    return tag == "UPDATE 1"


def _invitation(row: Row) -> Invitation:
    sets = {name: _set(row[name]) for name in ("granted", "inviter_granted")}
    return Invitation(**{**row, **sets})


def _set(actions: list[str] | None) -> frozenset[str] | None:
    return None if actions is None else frozenset(actions)
