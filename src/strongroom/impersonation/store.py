"""All SQL of impersonation. What it rests on is read whenever it is used."""

from uuid import UUID

from strongroom.db import Door, Tx

from .models import HandOver


async def insert(
    tx: Tx,
    *,
    impersonation_id: UUID,
    operator_session_id: UUID,
    operator: str,
    account_id: UUID,
    organization_id: UUID,
    grant_id: UUID | None,
    reason: str,
) -> bool:
    """Keep what an operator means to do; say whether the account is a member there."""
    tag = await tx.execute(
        """
        insert into strongroom.impersonations
            (id, operator_session_id, operator, account_id, organization_id, grant_id,
             reason)
        select $1, $2, $3, m.account_id, m.organization_id, $6, $7
          from strongroom.memberships m
         where m.account_id = $4 and m.organization_id = $5
        """,
        impersonation_id,
        operator_session_id,
        operator,
        account_id,
        organization_id,
        grant_id,
        reason,
    )
    return tag == "INSERT 0 1"


async def find(door: Door | Tx, impersonation_id: UUID) -> HandOver | None:
    """Return a hand-over whose operator is in and whose grant, if any, is open."""
    row = await door.fetchrow(
        """
        select i.id, s.operator_id, i.operator_session_id, i.operator, i.account_id,
               a.email, i.organization_id, o.name as organization, i.reason, i.grant_id,
               extract(epoch from g.expires_at - now())::float8 as seconds_left
          from strongroom.impersonations i
          join strongroom.operator_sessions s on s.id = i.operator_session_id
          join strongroom.operators p on p.id = s.operator_id
          join strongroom.accounts a on a.id = i.account_id and a.disabled_at is null
          join strongroom.organizations o on o.id = i.organization_id
          left join strongroom.break_glass_grants g on g.id = i.grant_id
         where i.id = $1 and p.removed_at is null and s.ended_at is null
           and s.expires_at > now() and s.seen_at + s.idle > now()
           and (i.grant_id is null or (g.ended_at is null and g.expires_at > now()))
        """,
        impersonation_id,
    )
    return HandOver(**row) if row else None


async def hold(tx: Tx, operator: str) -> None:
    """Let nobody else begin as this operator until *tx* ends."""
    await tx.execute(
        "select 1 from strongroom.operators where email = $1 for no key update",
        operator,
    )


async def is_acting(door: Door | Tx, operator: str) -> bool:
    """Say whether the operator acts as somebody at this moment."""
    row = await door.fetchrow(
        """
        select 1 from strongroom.sessions s
          join strongroom.operator_sessions os on os.id = s.operator_session_id
         where s.operator = $1 and s.ended_at is null and s.expires_at > now()
           and os.ended_at is null and os.expires_at > now()
        """,
        operator,
    )
    return row is not None


async def end(tx: Tx, operator: str) -> list[UUID]:
    """End every session in which the operator acts; return the organizations."""
    rows = await tx.fetch(
        "update strongroom.sessions set ended_at = now()"
        " where operator = $1 and ended_at is null and expires_at > now()"
        " returning organization_id",
        operator,
    )
    return [row["organization_id"] for row in rows]
