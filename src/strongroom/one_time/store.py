"""All SQL of one-time values. Each verb is one atomic statement."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Tx


MOST_ATTEMPTS = 10


async def insert(
    tx: Tx, digest: bytes, purpose: str, subject: UUID, lifetime: timedelta
) -> None:
    """Keep the digest of a new value."""
    await tx.execute(
        """
        insert into strongroom.one_time_values (digest, purpose, subject, expires_at)
        values ($1, $2, $3, now() + $4)
        """,
        digest,
        purpose,
        subject,
        lifetime,
    )


async def count_attempt(door: Door, digest: bytes, purpose: str) -> UUID | None:
    """Count one attempt and return the subject, while the value is still good."""
    async with door as tx:
        subject: UUID | None = await tx.fetchval(
            """
            update strongroom.one_time_values set attempts = attempts + 1
             where digest = $1 and purpose = $2 and used_at is null
               and expires_at > now() and attempts < $3
            returning subject
            """,
            digest,
            purpose,
            MOST_ATTEMPTS,
        )
    return subject


async def consume(tx: Tx, digest: bytes, purpose: str) -> UUID | None:
    """Use the value up and return its subject, if it was still good."""
    subject: UUID | None = await tx.fetchval(
        """
        update strongroom.one_time_values set used_at = now()
         where digest = $1 and purpose = $2 and used_at is null and expires_at > now()
        returning subject
        """,
        digest,
        purpose,
    )
    return subject


async def void(tx: Tx, purpose: str, subject: UUID) -> None:
    """Use up every value that stands for *subject*."""
    await tx.execute(
        "update strongroom.one_time_values set used_at = now()"
        " where purpose = $1 and subject = $2 and used_at is null",
        purpose,
        subject,
    )


async def find(door: Door, digest: bytes, purpose: str) -> UUID | None:
    """Return the subject of a value that is still good; nothing is counted."""
    row = await door.fetchrow(
        "select subject from strongroom.one_time_values"
        " where digest = $1 and purpose = $2 and used_at is null"
        " and expires_at > now() and attempts < $3",
        digest,
        purpose,
        MOST_ATTEMPTS,
    )
    return row["subject"] if row else None
