"""All SQL of operators. The database's clock decides what has ended."""

from datetime import datetime, timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.kernel import Origin

from .models import Operator, Person, Proofs


_ALIVE = """
    s.ended_at is null and s.expires_at > now() and s.seen_at + s.idle > now()
"""

_LOOK_UP = f"""
    update strongroom.operator_sessions s set seen_at = now()
      from strongroom.operators o
     where o.id = s.operator_id and o.removed_at is null
       and s.digest = $1 and {_ALIVE}
    returning s.id as session_id, o.id, o.email, s.expires_at
"""


async def look_up(door: Door, digest: bytes) -> Operator | None:
    """Return who a living session is of, and move its idle end."""
    row = await door.fetchrow(_LOOK_UP, digest)
    return Operator(**row) if row else None


async def add(tx: Tx, operator_id: UUID, email: str) -> UUID:
    """Keep an operator who is not ready yet, or return the one that there is."""
    found: UUID = await tx.fetchval(
        """
        insert into strongroom.operators (id, email) values ($1, $2)
        on conflict (email) where removed_at is null
            do update set email = excluded.email
        returning id
        """,
        operator_id,
        email,
    )
    return found


async def find(door: Door, operator_id: UUID) -> Person | None:
    """Return somebody who was not removed."""
    row = await door.fetchrow(
        "select id, email, created_at, ready_at from strongroom.operators"
        " where id = $1 and removed_at is null",
        operator_id,
    )
    return Person(**row) if row else None


async def everybody(door: Door) -> list[Person]:
    """Return all who were not removed, by address."""
    rows = await door.fetch(
        "select id, email, created_at, ready_at from strongroom.operators"
        " where removed_at is null order by email"
    )
    return [Person(**row) for row in rows]


async def remove(tx: Tx, email: str) -> UUID | None:
    """Take somebody's way in away, for good; return who it was."""
    row = await tx.fetchrow(
        "update strongroom.operators set removed_at = now(), verifier = null,"
        " sealed = null, ready_at = null where email = $1 and removed_at is null"
        " returning id",
        email,
    )
    return row["id"] if row else None


async def set_up(
    tx: Tx, operator_id: UUID, verifier: str, sealed: str, counter: int
) -> None:
    """Keep both factors, and forget whatever was tried before."""
    await tx.execute(
        "update strongroom.operators set verifier = $2, sealed = $3, counter = $4,"
        " failures = 0, locked_until = null, ready_at = now()"
        " where id = $1 and removed_at is null",
        operator_id,
        verifier,
        sealed,
        counter,
    )


async def count_guess(
    door: Door, email: str, guesses: int, locked_for: timedelta, hard_stop: int
) -> Proofs | None:
    """Count a try before it is looked at; None where none may be looked at now."""
    row = await door.fetchrow(
        """
        update strongroom.operators
           set failures = failures + 1,
               locked_until = case when (failures + 1) % $2 = 0
                                   then now() + $3::interval else locked_until end
         where email = $1 and removed_at is null and ready_at is not null
           and failures < $4 and (locked_until is null or locked_until <= now())
        returning id, email, verifier, sealed
        """,
        email,
        guesses,
        locked_for,
        hard_stop,
    )
    return Proofs(**row) if row else None


async def claim(tx: Tx, operator_id: UUID, counter: int) -> bool:
    """Use a code up, and forgive wrong tries; say whether it was unused."""
    tag = await tx.execute(
        "update strongroom.operators set counter = $2, failures = 0,"
        " locked_until = null where id = $1 and counter < $2"
        " and removed_at is null and ready_at is not null",
        operator_id,
        counter,
    )
    return tag == "UPDATE 1"


async def open_session(
    tx: Tx,
    *,
    session_id: UUID,
    digest: bytes,
    operator_id: UUID,
    lifetime: timedelta,
    idle: timedelta,
    origin: Origin,
) -> datetime:
    """Keep a new session and return when it ends."""
    expires_at: datetime = await tx.fetchval(
        """
        insert into strongroom.operator_sessions
            (id, digest, operator_id, expires_at, idle, address, user_agent)
        values ($1, $2, $3, now() + $4, $5, $6::text::inet, $7)
        returning expires_at
        """,
        session_id,
        digest,
        operator_id,
        lifetime,
        idle,
        origin.address,
        origin.user_agent,
    )
    return expires_at


async def end_session(tx: Tx, session_id: UUID) -> None:
    """End one session; whatever was opened by it ends at its next look-up."""
    await tx.execute(
        "update strongroom.operator_sessions set ended_at = now() where id = $1",
        session_id,
    )


async def end_sessions(tx: Tx, operator_id: UUID) -> None:
    """End every session of one operator."""
    await tx.execute(
        "update strongroom.operator_sessions set ended_at = now()"
        " where operator_id = $1 and ended_at is null",
        operator_id,
    )


async def trail(door: Door, limit: int) -> list[Row]:
    """Return the newest entries of the trail of the house, newest first."""
    return await door.fetch(
        """
        select occurred_at, action, outcome, reason, actor_kind, actor_name,
               target_kind, target_id, details
          from strongroom.audit_entries
         where organization_id is null
           and (actor_kind = 'operator' or action like 'operator.%')
         order by id desc limit $1
        """,
        limit,
    )
