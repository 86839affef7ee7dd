"""All SQL of token pairs. The database's clock decides what has ended."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from strongroom.db import Door, Row, Tx, caller_of
from strongroom.kernel import Caller, NotFound

from .models import Refreshing, TokenPair, Turn, WantedTokenPair


_ALIVE = """
    t.ended_at is null and t.expires_at > now()
    and s.ended_at is null and s.expires_at > now() and s.seen_at + s.idle > now()
    and a.disabled_at is null
    and coalesce(s.created_at + p.lifetime > now(), true)
    and coalesce(s.seen_at + p.idle > now(), true)
"""

_WITH_ALL = """
      from strongroom.token_pairs t
      join strongroom.sessions s on s.id = t.session_id
       and s.account_id = t.account_id and s.organization_id = t.organization_id
      join strongroom.accounts a on a.id = t.account_id
      join strongroom.memberships m
        on m.organization_id = t.organization_id and m.account_id = t.account_id
      left join strongroom.roles defined on defined.id = m.role_id
      join strongroom.organizations o on o.id = t.organization_id
      left join strongroom.sign_in_policies p on p.organization_id = t.organization_id
"""

_LOOK_UP = f"""
    select t.id, t.session_id, t.account_id, t.scopes, a.email,
           coalesce(defined.name, m.role) as role, defined.actions as granted,
           o.id as organization_id, o.name, p.networks::text[] as networks,
           case when s.way <> all(p.ways) then 'way'
                when p.second_factor and not exists (
                     select from strongroom.second_factors f where f.account_id = a.id
                ) then 'factor' end as barred,
           least(t.expires_at, s.expires_at) as expires_at,
           s.seen_at < now() - interval '1 minute' as due
    {_WITH_ALL} where t.id = any($1::uuid[]) and {_ALIVE}
"""

_SHOWN = """
    t.id, t.account_id, t.organization_id, t.session_id, t.name, t.scopes,
    t.created_at, t.rotated_at, t.expires_at
"""


class State(NamedTuple):
    """How a pair stands when its refresh token did not fit."""

    generation: int
    lately: bool
    """Whether it was rotated within the grace."""

    alive: bool
    ended: bool


async def look_up(
    door: Door, pair_ids: Sequence[UUID]
) -> tuple[dict[UUID, Caller], list[UUID]]:
    """Return for whom the living pairs act, and which sessions are due a touch."""
    rows = await door.fetch(_LOOK_UP, pair_ids)
    callers = {r["id"]: caller_of(r, scopes=frozenset(r["scopes"])) for r in rows}
    return callers, [r["session_id"] for r in rows if r["due"]]


async def turns(door: Door) -> list[Turn]:
    """Return the signing keys that followed by hand, the oldest first."""
    rows = await door.fetch(
        "select salt, signs_from from strongroom.token_signing_keys order by signs_from"
    )
    return [Turn(**row) for row in rows]


async def begin_turn(
    tx: Tx, turn_id: UUID, salt: bytes, ahead: timedelta
) -> Turn | None:
    """Let another key sign after *ahead*, unless one waits for that already."""
    row = await tx.fetchrow(
        """
        insert into strongroom.token_signing_keys (id, salt, signs_from)
        select $1, $2, now() + $3::interval
         where not exists (select from strongroom.token_signing_keys
                            where signs_from > now())
        returning salt, signs_from
        """,
        turn_id,
        salt,
        ahead,
    )
    return Turn(**row) if row else None


async def insert(
    tx: Tx, pair_id: UUID, caller: Caller, it: WantedTokenPair, lifetime: timedelta
) -> TokenPair:
    """Keep a new pair, which begins with its first generation."""
    row = await tx.fetchrow(
        f"""
        insert into strongroom.token_pairs as t
            (id, account_id, session_id, name, scopes, expires_at)
        values ($1, $2, $3, $4, $5, now() + $6::interval) returning {_SHOWN}
        """,
        pair_id,
        caller.account_id,
        caller.session_id,
        it.name,
        sorted(it.scopes),
        lifetime,
    )
    return _pair(row)


async def rotate(tx: Tx, shown: Refreshing) -> TokenPair | None:
    """Begin a living pair's next generation, if *shown* is its present one."""
    row = await tx.fetchrow(
        f"""
        update strongroom.token_pairs t
           set generation = t.generation + 1, rotated_at = now()
         where t.id = (select t.id {_WITH_ALL} where t.id = $1 and {_ALIVE})
           and t.generation = $2
        returning {_SHOWN}
        """,
        shown.pair_id,
        shown.generation,
    )
    return _pair(row) if row else None


async def state(tx: Tx, pair_id: UUID, grace: timedelta) -> State | None:
    """Return how a pair stands, or None when it is gone."""
    row = await tx.fetchrow(
        f"""
        select t.generation, t.rotated_at > now() - $2::interval, {_ALIVE},
               t.ended_at is not null
        {_WITH_ALL} where t.id = $1
        """,
        pair_id,
        grace,
    )
    return State(*row) if row else None


async def one(tx: Tx, pair_id: UUID) -> TokenPair:
    """Return a pair that is there.

    Raises:
        NotFound: it is not.

    """
    row = await tx.fetchrow(
        f"select {_SHOWN} from strongroom.token_pairs t where t.id = $1", pair_id
    )
    return _pair(row)


async def address_of(tx: Tx, account_id: UUID) -> str:
    """Return where an account's mail goes."""
    email: str = await tx.fetchval(
        "select email from strongroom.accounts where id = $1", account_id
    )
    return email


async def living(door: Door, account_id: UUID) -> list[TokenPair]:
    """Return an account's living pairs, the newest first."""
    rows = await door.fetch(
        f"select {_SHOWN} {_WITH_ALL} where t.account_id = $1 and {_ALIVE}"
        " order by t.created_at desc, t.id",
        account_id,
    )
    return [_pair(row) for row in rows]


async def end(tx: Tx, pair_id: UUID, account_id: UUID) -> bool:
    """End one of an account's pairs; say whether there was one."""
    tag = await tx.execute(
        "update strongroom.token_pairs set ended_at = now()"
        " where id = $1 and account_id = $2 and ended_at is null",
        pair_id,
        account_id,
    )
    return tag == "UPDATE 1"


def _pair(row: Row | None) -> TokenPair:
    if row is None:
        raise NotFound
    return TokenPair(
        id=row["id"],
        account_id=row["account_id"],
        organization_id=row["organization_id"],
        session_id=row["session_id"],
        name=row["name"],
        scopes=frozenset(row["scopes"]),
        created_at=row["created_at"],
        rotated_at=row["rotated_at"],
        expires_at=row["expires_at"],
    )
