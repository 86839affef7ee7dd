"""All SQL of log streams. The database's clock decides what is due."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Followed, Row, Tx

from .models import LogStream, NewStream, Sealed


_SIZE = """
    coalesce((select l.leaf + 1 from strongroom.audit_leaves l
               where l.organization_id = s.organization_id
               order by l.leaf desc limit 1), 0)
"""
"""Not by max(leaf): under row-level security Postgres reads every leaf for that."""

_OWN_SIZE = """
    coalesce((select leaf + 1 from strongroom.audit_leaves
               where organization_id = strongroom_guard.organization()
               order by leaf desc limit 1), 0)
"""
_SHOWN = f"""
    s.id, s.organization_id, s.name, s.origin, s.form, s.next_leaf, s.attempts,
    s.failure, s.failing_since, s.next_attempt_at, s.delivered_at, s.paused_at,
    s.created_at, greatest({_SIZE} - s.next_leaf, 0) as behind
"""


async def all_of(door: Door) -> list[LogStream]:
    """Return every stream that this door sees, by name."""
    rows = await door.fetch(
        f"select {_SHOWN} from strongroom.log_streams s order by s.name, s.id"
    )
    return [_stream(row) for row in rows]


async def find(door: Door, stream_id: UUID) -> LogStream | None:
    """Return one stream, if this door may see it."""
    row = await door.fetchrow(
        f"select {_SHOWN} from strongroom.log_streams s where s.id = $1", stream_id
    )
    return _stream(row) if row else None


async def sealed(door: Door, stream_id: UUID) -> Sealed | None:
    """Return what of a stream is sealed; a former secret only while it counts."""
    row = await door.fetchrow(
        """
        select target, secret, authority,
               case when former_until > now() then former_secret end as former_secret
          from strongroom.log_streams where id = $1
        """,
        stream_id,
    )
    if row is None:
        return None
    kept = (row["target"], row["secret"], row["former_secret"], row["authority"])
    return Sealed(*kept)


async def insert(
    tx: Tx, stream_id: UUID, wanted: NewStream, origin: str, kept: Sealed
) -> bool:
    """Keep a stream at one end of the log; say whether its name was free."""
    tag = await tx.execute(
        f"""
        insert into strongroom.log_streams
            (id, name, origin, form, target, secret, authority, next_leaf)
        select $1, $2, $3, $4, $5, $6, $7, case when $8 then 0 else {_OWN_SIZE} end
        on conflict do nothing
        """,
        stream_id,
        wanted.name,
        origin,
        wanted.form,
        kept.target,
        kept.secret,
        kept.authority,
        wanted.from_start,
    )
    return tag == "INSERT 0 1"


async def set_paused(door: Followed, stream_id: UUID, *, paused: bool) -> bool:
    """Pause a stream or let it go on, at once; say whether there is one."""
    row = await door.fetchrow(
        """
        update strongroom.log_streams
           set paused_at = case when $2 then coalesce(paused_at, now()) end,
               attempts = 0, next_attempt_at = now(), claimed_until = null
         where id = $1
        returning id
        """,
        stream_id,
        paused,
    )
    return row is not None


async def replace_secret(
    tx: Tx, stream_id: UUID, secret: str, former: str, until: timedelta
) -> None:
    """Sign with *secret* from now on, and with *former* beside it for a while."""
    await tx.execute(
        """
        update strongroom.log_streams
           set secret = $2, former_secret = $3, former_until = now() + $4::interval
         where id = $1
        """,
        stream_id,
        secret,
        former,
        until,
    )


async def delete(door: Followed, stream_id: UUID) -> bool:
    """Delete a stream; say whether there was one."""
    deleted = "delete from strongroom.log_streams where id = $1 returning id"
    return await door.fetchrow(deleted, stream_id) is not None


async def claim_due(door: Door, lease: timedelta, most: int) -> list[LogStream]:
    """Return streams with something to send whose time has come, for one *lease*."""
    rows = await door.fetch(
        f"""
        with due as (
            select s.id from strongroom.log_streams s
             where s.paused_at is null and s.next_attempt_at <= now()
               and (s.claimed_until is null or s.claimed_until < now())
               and s.next_leaf < {_SIZE}
             order by s.next_attempt_at limit $2 for update skip locked
        )
        update strongroom.log_streams s set claimed_until = now() + $1::interval
          from due where s.id = due.id
        returning {_SHOWN}
        """,
        lease,
        most,
    )
    return [_stream(row) for row in rows]


async def advance(tx: Tx, stream: LogStream, taken: int) -> None:
    """Move the cursor over what was *taken*, unless somebody else moved it first."""
    await tx.execute(
        """
        update strongroom.log_streams
           set next_leaf = $3, attempts = 0, failure = null, failing_since = null,
               delivered_at = now(), next_attempt_at = now(), claimed_until = null
         where id = $1 and next_leaf = $2
        """,
        stream.id,
        stream.next_leaf,
        stream.next_leaf + taken,
    )


async def mark_failed(
    tx: Tx, stream_id: UUID, failure: str, delay: timedelta, *, gone: bool
) -> None:
    """Note why nothing more was taken, and when to try again: never, if it is gone."""
    await tx.execute(
        """
        update strongroom.log_streams
           set attempts = attempts + 1, failure = $2, claimed_until = null,
               failing_since = coalesce(failing_since, now()),
               next_attempt_at = now() + $3::interval,
               paused_at = case when $4 then now() else paused_at end
         where id = $1
        """,
        stream_id,
        failure,
        delay,
        gone,
    )


def _stream(row: Row) -> LogStream:
    return LogStream(
        id=row["id"],
        organization_id=row["organization_id"],
        name=row["name"],
        origin=row["origin"],
        form=row["form"],
        next_leaf=row["next_leaf"],
        behind=row["behind"],
        attempts=row["attempts"],
        failure=row["failure"],
        failing_since=row["failing_since"],
        next_attempt_at=row["next_attempt_at"],
        delivered_at=row["delivered_at"],
        paused_at=row["paused_at"],
        created_at=row["created_at"],
    )
