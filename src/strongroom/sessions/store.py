"""All SQL of sessions. The database's clock decides what has ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.kernel import Caller, Origin

from .models import Session


_ALIVE = """
    s.ended_at is null and s.expires_at > now() and s.seen_at + s.idle > now()
"""

_LOOK_UP = f"""
    select s.digest, s.id, s.account_id, s.expires_at, a.email, m.role,
           o.id as organization_id, o.name,
           f.account_id is null
               or coalesce(s.factor_shown_at > now() - $2::interval, false) as fresh,
           s.seen_at < now() - interval '1 minute' as due
      from strongroom.sessions s
      join strongroom.accounts a on a.id = s.account_id and a.disabled_at is null
      join strongroom.memberships m
        on m.organization_id = s.organization_id and m.account_id = s.account_id
      join strongroom.organizations o on o.id = s.organization_id
      left join strongroom.totp_factors f
        on f.account_id = s.account_id and f.confirmed_at is not null
     where s.digest = any($1::bytea[]) and {_ALIVE}
"""


async def look_up(
    door: Door, digests: Sequence[bytes], fresh: timedelta
) -> tuple[dict[bytes, Caller], list[UUID]]:
    """Return the living sessions among *digests*, and which are due a touch.

    A second factor that was shown is *fresh* for so long.
    """
    rows = await door.fetch(_LOOK_UP, digests, fresh)
    callers = {row["digest"]: _caller(row) for row in rows}
    return callers, [row["id"] for row in rows if row["due"]]


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
    by_factor: bool,
) -> datetime:
    """Keep a new session and return when it ends."""
    expires_at: datetime = await tx.fetchval(
        """
        insert into strongroom.sessions
            (id, digest, account_id, organization_id, class, expires_at, idle,
             address, user_agent, factor_shown_at)
        values ($1, $2, $3, $4, 'customer', now() + $5, $6, $7::text::inet, $8,
                case when $9 then now() end)
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
        by_factor,
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
               s.user_agent
          from strongroom.sessions s where s.account_id = $1 and {_ALIVE}
         order by s.seen_at desc, s.id
        """,
        account_id,
    )
    return [_session(row) for row in rows]


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
    """End every session of the account but *kept*, if any."""
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


def _caller(row: Row) -> Caller:
    return Caller(
        session_id=row["id"],
        account_id=row["account_id"],
        email=row["email"],
        organization_id=row["organization_id"],
        organization_name=row["name"],
        role=row["role"],
        expires_at=row["expires_at"],
        fresh=row["fresh"],
    )


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        origin=Origin(row["host"], row["user_agent"]),
    )
