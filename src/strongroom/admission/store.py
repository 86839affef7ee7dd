"""All SQL of sign-in policies. The look-ups of sessions and keys read them too."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from strongroom.db import Door, Row, Tx

from .models import Affected, SignInPolicy


async def find(door: Door | Tx, organization_id: UUID) -> Row | None:
    """Return an organization's row, with what held before as JSON."""
    return await door.fetchrow(
        "select second_factor, lifetime, idle, networks::text[] as networks,"
        " ways, previous::text as previous"
        " from strongroom.sign_in_policies where organization_id = $1",
        organization_id,
    )


def policy_of(row: Row | None) -> SignInPolicy:
    """Return what a row says; without one, nothing is asked."""
    if row is None:
        return SignInPolicy()
    networks, ways = tuple(row["networks"]), tuple(row["ways"] or ())
    return SignInPolicy(
        row["second_factor"], row["lifetime"], row["idle"], networks, ways
    )


async def put(
    tx: Tx,
    organization_id: UUID,
    policy: SignInPolicy,
    previous: Mapping[str, Any] | None,
) -> None:
    """Let *policy* hold, and keep what held before."""
    await tx.execute(
        """
        insert into strongroom.sign_in_policies as p
            (organization_id, second_factor, lifetime, idle, networks, ways, previous)
        values ($1, $2, $3, $4, $5::text[]::cidr[], $6, $7::text::jsonb)
        on conflict (organization_id) do update
           set second_factor = excluded.second_factor, lifetime = excluded.lifetime,
               idle = excluded.idle, networks = excluded.networks,
               ways = excluded.ways, previous = excluded.previous, changed_at = now()
        """,
        organization_id,
        policy.second_factor,
        policy.lifetime,
        policy.idle,
        list(policy.networks),
        list(policy.ways) or None,
        json.dumps(previous) if previous is not None else None,
    )


async def has_factor(door: Door, account_id: UUID) -> bool:
    """Say whether the account's second factor is on."""
    row = await door.fetchrow(
        "select 1 from strongroom.second_factors where account_id = $1 limit 1",
        account_id,
    )
    return row is not None


async def way_of(door: Door, session_id: UUID) -> str:
    """Return how a session began; one that is gone began in no way."""
    row = await door.fetchrow(
        "select way from strongroom.sessions where id = $1", session_id
    )
    return row["way"] if row else ""


async def affected(
    door: Door, organization_id: UUID, policy: SignInPolicy, issuers: Sequence[str]
) -> Affected:
    """Return whom *policy* would change something for.

    *issuers* are those whose identities it lets in.
    """
    people = await _lacking(door, organization_id, policy, issuers)
    counted = await _counted(door, organization_id, policy)
    asks_factor, asks_way = policy.second_factor, bool(policy.ways)
    ended, outside, otherwise = counted or (0, 0, 0)
    return Affected(
        tuple(each["email"] for each in people if asks_factor and each["lacks_factor"]),
        tuple(each["email"] for each in people if asks_way and each["lacks_way"]),
        ended,
        outside,
        otherwise,
    )


async def _lacking(
    door: Door, organization_id: UUID, policy: SignInPolicy, issuers: Sequence[str]
) -> list[Row]:
    return await door.fetch(
        """
        select a.email, not exists (
                   select from strongroom.second_factors f where f.account_id = a.id
               ) as lacks_factor, not (
                   'magic-link' = any($2) or 'password' = any($2) and exists (
                       select from strongroom.password_verifiers v
                        where v.account_id = a.id)
                   or 'passkey' = any($2) and exists (
                       select from strongroom.passkeys p
                        where p.account_id = a.id and p.alone)
                   or exists (
                       select from strongroom.oauth_identities i
                        where i.account_id = a.id and i.issuer = any($3))
               ) as lacks_way
          from strongroom.memberships m
          join strongroom.accounts a on a.id = m.account_id
         where m.organization_id = $1
         order by a.email
        """,
        organization_id,
        list(policy.ways),
        list(issuers),
    )


async def _counted(
    door: Door, organization_id: UUID, policy: SignInPolicy
) -> Row | None:
    return await door.fetchrow(
        """
        select count(*) filter (where s.created_at + $2::interval <= now()
                                   or s.seen_at + $3::interval <= now()) as ended,
               count(*) filter (where cardinality($4::text[]) > 0 and not exists (
                   select from unnest($4::text[]) n
                    where s.address <<= n::cidr)) as outside,
               count(*) filter (where cardinality($5::text[]) > 0
                                  and s.way <> all($5)) as otherwise
          from strongroom.sessions s
         where s.organization_id = $1 and s.class = 'customer' and s.ended_at is null
           and s.expires_at > now() and s.seen_at + s.idle > now()
        """,
        organization_id,
        policy.lifetime,
        policy.idle,
        list(policy.networks),
        list(policy.ways),
    )
