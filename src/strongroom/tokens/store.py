"""All SQL of API keys. The database's clock decides what has ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx, caller_of
from strongroom.kernel import Caller

from .models import ApiKey, WantedApiKey


_ALIVE = "k.revoked_at is null and k.expires_at > now()"

_LOOK_UP = f"""
    select k.digest, k.id as session_id, k.account_id, k.expires_at, k.scopes,
           a.email, coalesce(defined.name, m.role) as role, defined.actions as granted,
           o.id as organization_id, o.name,
           case when p.second_factor and not exists (
               select from strongroom.second_factors f where f.account_id = a.id
           ) then 'factor' end as barred,
           p.networks::text[] as networks,
           k.used_at is null or k.used_at < now() - interval '1 minute' as due
      from strongroom.api_keys k
      join strongroom.accounts a on a.id = k.account_id and a.disabled_at is null
       and a.frozen_at is null
      join strongroom.memberships m
        on m.organization_id = k.organization_id and m.account_id = k.account_id
      left join strongroom.roles defined on defined.id = m.role_id
      join strongroom.organizations o on o.id = k.organization_id
      left join strongroom.sign_in_policies p on p.organization_id = k.organization_id
     where k.digest = any($1::bytea[]) and {_ALIVE}
"""

_SHOWN = """
    k.id, k.organization_id, k.name, a.email, k.hint, k.scopes, k.created_at,
    k.expires_at, k.used_at, k.revoked_at,
    case when k.revoked_at is not null then 'revoked'
         when k.expires_at <= now() then 'expired' else 'active' end as state
"""


async def look_up(
    door: Door, digests: Sequence[bytes]
) -> tuple[dict[bytes, Caller], list[UUID]]:
    """Return for whom the living keys among *digests* act, and which are due a touch.

    Expiry, revocation, membership and role are read here, at the moment of use.
    """
    rows = await door.fetch(_LOOK_UP, digests)
    callers = {r["digest"]: caller_of(r, scopes=frozenset(r["scopes"])) for r in rows}
    return callers, [r["session_id"] for r in rows if r["due"]]


async def touch(door: Door, key_ids: Sequence[UUID]) -> None:
    """Note that keys were just used."""
    await door.fetch(
        "update strongroom.api_keys set used_at = now() where id = any($1::uuid[])",
        key_ids,
    )


async def insert(
    tx: Tx, key_id: UUID, account_id: UUID, digest: bytes, hint: str, it: WantedApiKey
) -> datetime | None:
    """Keep a new key and return when it ends; None where its id is taken."""
    expires_at: datetime | None = await tx.fetchval(
        """
        insert into strongroom.api_keys
            (id, account_id, digest, hint, name, scopes, expires_at)
        values ($1, $2, $3, $4, $5, $6, now() + $7::interval)
        on conflict (id) do nothing returning expires_at
        """,
        key_id,
        account_id,
        digest,
        hint,
        it.name,
        sorted(it.scopes),
        timedelta(days=it.days),
    )
    return expires_at


async def all_of(door: Door) -> list[ApiKey]:
    """Return every key that this door sees, the newest first."""
    rows = await door.fetch(
        f"select {_SHOWN} from strongroom.api_keys k"
        " join strongroom.accounts a on a.id = k.account_id"
        " order by k.created_at desc, k.id"
    )
    return [_key(row) for row in rows]


async def revoke(tx: Tx, key_id: UUID, maker: UUID | None) -> UUID | None:
    """End a living key, of *maker* only unless that is None; return whose it was."""
    organization_id: UUID | None = await tx.fetchval(
        f"""
        update strongroom.api_keys k set revoked_at = now()
         where k.id = $1 and {_ALIVE} and ($2::uuid is null or k.account_id = $2)
        returning k.organization_id
        """,
        key_id,
        maker,
    )
    return organization_id


async def count_living(door: Door | Tx, account_id: UUID) -> int:
    """Return how many living keys act for an account, wherever it is a member."""
    row = await door.fetchrow(
        f"""
        select count(*) as living from strongroom.api_keys k
          join strongroom.memberships m
            on m.organization_id = k.organization_id and m.account_id = k.account_id
         where k.account_id = $1 and {_ALIVE}
        """,
        account_id,
    )
    return row["living"] if row else 0


async def revoke_all(tx: Tx, account_id: UUID) -> None:
    """End every living key of an account."""
    await tx.execute(
        "update strongroom.api_keys set revoked_at = now()"
        " where account_id = $1 and revoked_at is null",
        account_id,
    )


def _key(row: Row) -> ApiKey:
    return ApiKey(
        id=row["id"],
        organization_id=row["organization_id"],
        name=row["name"],
        maker=row["email"],
        hint=row["hint"],
        scopes=frozenset(row["scopes"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
        state=row["state"],
    )
