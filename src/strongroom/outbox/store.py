"""All SQL of the outbox."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx
from strongroom.kernel import CANARIES

from .models import Mail


async def insert(
    tx: Tx, mail_id: UUID, recipient: str, subject: str, body: str
) -> None:
    """Keep a mail until it is sent."""
    await tx.execute(
        "insert into strongroom.mails (id, recipient, subject, body)"
        " values ($1, $2, $3, $4)",
        mail_id,
        recipient,
        subject,
        body,
    )


async def newest(door: Door, limit: int) -> list[Mail]:
    """Return the newest mails to people; proofs write to canaries all the time."""
    rows = await door.fetch(
        "select * from strongroom.mails where recipient not like $2"
        " order by id desc limit $1",
        limit,
        f"%{CANARIES}",
    )
    return [_mail(row) for row in rows]


async def find(door: Door, mail_id: UUID) -> Mail | None:
    """Return one mail."""
    row = await door.fetchrow("select * from strongroom.mails where id = $1", mail_id)
    return _mail(row) if row else None


async def count_waiting(door: Door) -> int:
    """Return how many mails still have to leave."""
    row = await door.fetchrow(
        "select count(*) as waiting from strongroom.mails"
        " where sent_at is null and body is not null and recipient not like '%.invalid'"
    )
    return row["waiting"] if row else 0


async def claim_due(tx: Tx) -> tuple[Mail, int] | None:
    """Return one mail that is due, held until the transaction ends."""
    row = await tx.fetchrow(
        """
        select * from strongroom.mails
         where sent_at is null and body is not null and next_attempt_at <= now()
           and recipient not like '%.invalid'
         order by next_attempt_at limit 1 for update skip locked
        """
    )
    return (_mail(row), row["attempts"]) if row else None


async def mark_sent(tx: Tx, mail_id: UUID) -> None:
    """Note that a mail left, and forget its text."""
    await tx.execute(
        "update strongroom.mails set sent_at = now(), body = null, failure = null"
        " where id = $1",
        mail_id,
    )


async def mark_failed(tx: Tx, mail_id: UUID, failure: str, delay: timedelta) -> None:
    """Note why a mail did not leave, and when to try again."""
    await tx.execute(
        "update strongroom.mails set attempts = attempts + 1, failure = $2,"
        " next_attempt_at = now() + $3 where id = $1",
        mail_id,
        failure,
        delay,
    )


def _mail(row: Row) -> Mail:
    return Mail(
        id=row["id"],
        recipient=row["recipient"],
        subject=row["subject"],
        body=row["body"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        failure=row["failure"],
    )
