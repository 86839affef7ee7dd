"""All SQL of second factors. Each claim is one atomic statement."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Tx

from .models import Guess, Standing


async def standing(door: Door, account_id: UUID, lifetime: timedelta) -> Standing:
    """Return how an account stands; an enrolment waits no longer than *lifetime*."""
    row = await door.fetchrow(
        """
        select f.confirmed_at as since,
               coalesce(f.confirmed_at is null
                        and f.created_at > now() - $2::interval, false) as is_pending,
               case when f.locked_until > now() then f.locked_until end as locked_until,
               (select count(*) from strongroom.recovery_codes c
                 where c.account_id = a.id and c.used_at is null) as codes_left,
               (select count(*) from strongroom.passkeys p
                 where p.account_id = a.id) as passkeys
          from (select $1::uuid as id) a
          left join strongroom.totp_factors f on f.account_id = a.id
        """,
        account_id,
        lifetime,
    )
    return Standing(**row) if row else Standing()


async def put_pending(tx: Tx, account_id: UUID, sealed: str) -> bool:
    """Keep a seed that waits for its first code; say whether none was on already."""
    tag = await tx.execute(
        """
        insert into strongroom.totp_factors (account_id, sealed) values ($1, $2)
        on conflict (account_id) do update
            set sealed = excluded.sealed, created_at = now()
          where totp_factors.confirmed_at is null
        """,
        account_id,
        sealed,
    )
    return tag == "INSERT 0 1"


async def find_pending(door: Door, account_id: UUID, lifetime: timedelta) -> str | None:
    """Return the sealed seed that waits for its first code, if it is young enough."""
    row = await door.fetchrow(
        "select sealed from strongroom.totp_factors where account_id = $1"
        " and confirmed_at is null and created_at > now() - $2::interval",
        account_id,
        lifetime,
    )
    return row["sealed"] if row else None


async def enable(tx: Tx, account_id: UUID, sealed: str, counter: int) -> bool:
    """Let the very seed that was checked count; say whether it still waited."""
    tag = await tx.execute(
        "update strongroom.totp_factors set confirmed_at = now(), counter = $3,"
        " failures = 0 where account_id = $1 and sealed = $2 and confirmed_at is null",
        account_id,
        sealed,
        counter,
    )
    return tag == "UPDATE 1"


async def remove(tx: Tx, account_id: UUID) -> bool:
    """Forget the app; say whether one was on."""
    tag = await tx.execute(
        "delete from strongroom.totp_factors"
        " where account_id = $1 and confirmed_at is not null",
        account_id,
    )
    return tag == "DELETE 1"


async def forget_idle_codes(tx: Tx, account_id: UUID) -> None:
    """Forget recovery codes that stand in for nothing: app and passkeys are gone."""
    await tx.execute(
        """
        delete from strongroom.recovery_codes c
         where c.account_id = $1
           and not exists (select from strongroom.totp_factors f
                            where f.account_id = $1 and f.confirmed_at is not null)
           and not exists (select from strongroom.passkeys p
                            where p.account_id = $1)
        """,
        account_id,
    )


async def count_guess(
    door: Door, account_id: UUID, guesses: int, locked_for: timedelta, hard_stop: int
) -> Guess | None:
    """Count a guess before it is looked at; None where none may be looked at now."""
    row = await door.fetchrow(
        """
        update strongroom.totp_factors
           set failures = failures + 1,
               locked_until = case when (failures + 1) % $2 = 0
                                   then now() + $3::interval else locked_until end
         where account_id = $1 and confirmed_at is not null and failures < $4
           and (locked_until is null or locked_until <= now())
        returning sealed, counter, failures % $2 = 0 or failures >= $4 as locks
        """,
        account_id,
        guesses,
        locked_for,
        hard_stop,
    )
    return Guess(**row) if row else None


async def claim_counter(tx: Tx, account_id: UUID, counter: int) -> bool:
    """Use an app's code up; say whether neither it nor a later one was used."""
    tag = await tx.execute(
        "update strongroom.totp_factors"
        " set counter = $2, failures = 0, locked_until = null"
        " where account_id = $1 and counter < $2 and confirmed_at is not null",
        account_id,
        counter,
    )
    return tag == "UPDATE 1"


async def put_codes(tx: Tx, account_id: UUID, digests: Sequence[bytes]) -> None:
    """Keep new recovery codes in place of all earlier ones."""
    await tx.execute(
        "delete from strongroom.recovery_codes where account_id = $1", account_id
    )
    await tx.execute(
        "insert into strongroom.recovery_codes (account_id, digest)"
        " select $1, unnest($2::bytea[])",
        account_id,
        digests,
    )


async def has_codes(tx: Tx, account_id: UUID) -> bool:
    """Say whether the account was given recovery codes, used or not."""
    row = await tx.fetchrow(
        "select 1 from strongroom.recovery_codes where account_id = $1 limit 1",
        account_id,
    )
    return row is not None


async def has_code(door: Door, account_id: UUID, digest: bytes) -> bool:
    """Say whether the account has this recovery code, unused."""
    row = await door.fetchrow(
        "select 1 from strongroom.recovery_codes"
        " where account_id = $1 and digest = $2 and used_at is null",
        account_id,
        digest,
    )
    return row is not None


async def claim_code(tx: Tx, account_id: UUID, digest: bytes) -> bool:
    """Use a recovery code up, and forgive wrong codes; say whether it was unused."""
    tag = await tx.execute(
        """
        with forgiven as (
            update strongroom.totp_factors set failures = 0, locked_until = null
             where account_id = $1
               and exists (select from strongroom.recovery_codes
                            where account_id = $1 and digest = $2 and used_at is null)
        )
        update strongroom.recovery_codes set used_at = now()
         where account_id = $1 and digest = $2 and used_at is null
        """,
        account_id,
        digest,
    )
    return tag == "UPDATE 1"
