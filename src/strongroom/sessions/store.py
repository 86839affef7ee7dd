"""All SQL of sessions. The database's clock decides what has ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx, caller_of
from strongroom.kernel import Caller, Origin

from .models import ActsAs, Beginning, KnownSession, Session


_ALIVE = """
    s.ended_at is null and s.expires_at > now() and s.seen_at + s.idle > now()
"""

_OPERATOR_ALIVE = """
    (s.operator_session_id is null or exists (
        select from strongroom.operator_sessions own
          join strongroom.operators op on op.id = own.operator_id
          left join strongroom.break_glass_grants g on g.id = s.grant_id
         where own.id = s.operator_session_id and op.removed_at is null
           and own.ended_at is null and own.expires_at > now()
           and own.seen_at + own.idle > now()
           and (g.id is null or (g.ended_at is null and g.expires_at > now()))
    ))
"""
"""Asked of an operator's session alone: a customer's row answers it by itself."""

_LOOK_UP = f"""
    select s.digest, s.id as session_id, s.account_id, s.expires_at, a.email,
           case s.class when 'break-glass' then 'owner'
                else coalesce(defined.name, m.role) end as role,
           case when s.class <> 'break-glass' then defined.actions end as granted,
           s.operator, nullif(s.class, 'customer') as acting,
           o.id as organization_id, o.name,
           case when s.class <> 'customer' then null
                when s.way <> all(p.ways) then 'way'
                when p.second_factor and not has.factor then 'factor' end as barred,
           p.networks::text[] as networks,
           not has.factor
               or coalesce(s.factor_shown_at > now() - $2::interval, false) as fresh,
           s.seen_at < now() - interval '1 minute' as due
      from strongroom.sessions s
      join strongroom.accounts a on a.id = s.account_id and a.disabled_at is null
      join strongroom.memberships m
        on m.organization_id = s.organization_id and m.account_id = s.account_id
      left join strongroom.roles defined on defined.id = m.role_id
      join strongroom.organizations o on o.id = s.organization_id
      cross join lateral (
           select exists (select from strongroom.second_factors f
                           where f.account_id = a.id) as factor
           ) as has
      left join strongroom.sign_in_policies p on p.organization_id = s.organization_id
     where s.digest = any($1::bytea[]) and {_ALIVE} and {_OPERATOR_ALIVE}
       and coalesce(s.created_at + p.lifetime > now(), true)
       and coalesce(s.seen_at + p.idle > now(), true)
"""


async def look_up(
    door: Door, digests: Sequence[bytes], fresh: timedelta
) -> tuple[dict[bytes, Caller], list[UUID]]:
    """Return the living sessions among *digests*, and which are due a touch.

    A second factor that was shown is *fresh* for so long.
    """
    rows = await door.fetch(_LOOK_UP, digests, fresh)
    callers = {
        row["digest"]: caller_of(
            row, fresh=row["fresh"], operator=row["operator"], acting=row["acting"]
        )
        for row in rows
    }
    return callers, [row["session_id"] for row in rows if row["due"]]


async def touch(door: Door, session_ids: Sequence[UUID]) -> None:
    """Move the idle end of sessions that were just used."""
    await door.fetch(
        "update strongroom.sessions set seen_at = now() where id = any($1::uuid[])",
        session_ids,
    )


async def insert(
    tx: Tx,
    *,
    session_id: UUID,
    digest: bytes,
    account_id: UUID,
    organization_id: UUID,
    lifetime: timedelta,
    idle: timedelta,
    origin: Origin,
    began: Beginning,
    acting: ActsAs | None,
) -> datetime:
    """Keep a new session and return when it ends."""
    expires_at: datetime = await tx.fetchval(
        """
        insert into strongroom.sessions
            (id, digest, account_id, organization_id, expires_at, idle,
             address, user_agent, factor_shown_at, class, operator,
             operator_session_id, grant_id, way, factor)
        values ($1, $2, $3, $4, now() + $5, $6, $7::text::inet, $8,
                case when $9 then now() end, $10, $11, $12, $13, $14, $15)
        returning expires_at
        """,
        session_id,
        digest,
        account_id,
        organization_id,
        lifetime,
        idle,
        origin.address,
        origin.user_agent,
        began.by_factor,
        acting.kind if acting else "customer",
        acting.operator if acting else None,
        acting.operator_session_id if acting else None,
        acting.grant_id if acting else None,
        began.way,
        began.factor,
    )
    return expires_at


async def hold_open(tx: Tx, account_id: UUID) -> bool:
    """Say whether an account is open; whoever shuts it waits until *tx* ends."""
    found = await tx.fetchval(
        "select frozen_at is null and disabled_at is null"
        "  from strongroom.accounts where id = $1 for share",
        account_id,
    )
    return bool(found)


async def switch(
    tx: Tx, old: UUID, session_id: UUID, digest: bytes, organization_id: UUID
) -> datetime | None:
    """End a living session and open its like elsewhere; return when that one ends.

    Return None where the account does not belong there: the caller then undoes it all.
    """
    expires_at: datetime | None = await tx.fetchval(
        f"""
        with old as (
            update strongroom.sessions s set ended_at = now()
             where s.id = $1 and {_ALIVE} returning s.*
        )
        insert into strongroom.sessions
            (id, digest, account_id, organization_id, class, expires_at, idle,
             address, user_agent, factor_shown_at, created_at, way, factor)
        select $2, $3, old.account_id, m.organization_id, old.class, old.expires_at,
               old.idle, old.address, old.user_agent, old.factor_shown_at,
               old.created_at, old.way, old.factor
          from old join strongroom.memberships m
            on m.account_id = old.account_id and m.organization_id = $4
        returning expires_at
        """,
        old,
        session_id,
        digest,
        organization_id,
    )
    return expires_at


async def note_factor(tx: Tx, session_id: UUID) -> None:
    """Keep when a session last saw a second factor."""
    await tx.execute(
        "update strongroom.sessions set factor_shown_at = now() where id = $1",
        session_id,
    )


async def alive(door: Door, account_id: UUID) -> list[Session]:
    """Return the account's living sessions, most recently used first."""
    rows = await door.fetch(
        f"""
        select s.id, s.created_at, s.seen_at, s.expires_at, host(s.address) as host,
               s.user_agent, s.way, s.factor
          from strongroom.sessions s where s.account_id = $1 and {_ALIVE}
         order by s.seen_at desc, s.id
        """,
        account_id,
    )
    return [_session(row) for row in rows]


async def all_alive(door: Door) -> list[KnownSession]:
    """Return every living session, most recently used first."""
    rows = await door.fetch(
        f"""
        select s.id, a.email, o.name as organization, s.created_at, s.seen_at,
               s.expires_at, host(s.address) as address, s.way, s.factor
          from strongroom.sessions s
          join strongroom.accounts a on a.id = s.account_id
          join strongroom.organizations o on o.id = s.organization_id
         where {_ALIVE} order by s.seen_at desc, s.id
        """
    )
    return [KnownSession(**row) for row in rows]


async def end_anywhere(tx: Tx, session_id: UUID) -> UUID | None:
    """End a living session; return the organization that it was in."""
    organization_id: UUID | None = await tx.fetchval(
        f"""
        update strongroom.sessions s set ended_at = now()
         where s.id = $1 and {_ALIVE} returning s.organization_id
        """,
        session_id,
    )
    return organization_id


async def end(tx: Tx, account_id: UUID, session_id: UUID) -> bool:
    """End one living session of the account; say whether there was one."""
    tag = await tx.execute(
        f"update strongroom.sessions s set ended_at = now()"
        f" where s.id = $2 and s.account_id = $1 and {_ALIVE}",
        account_id,
        session_id,
    )
    return tag == "UPDATE 1"


async def end_others(tx: Tx, account_id: UUID, kept: UUID | None) -> None:
    """End every session of the account but *kept*, if any.

    Whoever is opening one meanwhile holds the account: it is waited for, and ends too.
    Whoever has only begun to sign in read another epoch, and is not let in.
    """
    await tx.execute(
        "update strongroom.accounts set epoch = epoch + 1 where id = $1", account_id
    )
    await tx.execute(
        "update strongroom.sessions set ended_at = now()"
        " where account_id = $1 and id is distinct from $2 and ended_at is null",
        account_id,
        kept,
    )


async def end_stolen(tx: Tx, session_id: UUID) -> None:
    """End a session, whoever's it is."""
    await tx.execute(
        "update strongroom.sessions set ended_at = now()"
        " where id = $1 and ended_at is null",
        session_id,
    )


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        origin=Origin(row["host"], row["user_agent"]),
        began=Beginning(row["way"], row["factor"]),
    )
