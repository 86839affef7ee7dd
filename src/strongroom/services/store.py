"""All SQL of services. Nobody but the house reads these tables."""

from datetime import timedelta
from uuid import UUID

from strongroom.db import Door, Row, Tx

from .models import Signer


async def insert(tx: Tx, service_id: UUID, name: str, public_key: bytes) -> bool:
    """Keep a new service; say whether its name was free."""
    tag = await tx.execute(
        "insert into strongroom.services (id, name, public_key) values ($1, $2, $3)"
        " on conflict (name) do nothing",
        service_id,
        name,
        public_key,
    )
    return tag == "INSERT 0 1"


async def public_key(tx: Tx, service_id: UUID) -> tuple[str, bytes] | None:
    """Return the name and key of a service that is not revoked, or None."""
    row = await tx.fetchrow(
        "select name, public_key from strongroom.services"
        " where id = $1 and revoked_at is null",
        service_id,
    )
    return (row["name"], row["public_key"]) if row else None


async def claim_nonce(tx: Tx, service_id: UUID, nonce: str, kept: timedelta) -> bool:
    """Keep a nonce for so long; say whether it is new. Old ones go."""
    await tx.execute(
        "delete from strongroom.service_nonces where expires_at < now()"
        " and (service_id, nonce) is distinct from ($1, $2)",
        service_id,
        nonce,
    )
    tag = await tx.execute(
        "insert into strongroom.service_nonces (service_id, nonce, expires_at)"
        " values ($1, $2, now() + $3::interval) on conflict do nothing",
        service_id,
        nonce,
        kept,
    )
    return tag == "INSERT 0 1"


async def everything(door: Door) -> list[Signer]:
    """Return every service, the newest first."""
    rows = await door.fetch(
        "select id, name, created_at, revoked_at from strongroom.services"
        " order by created_at desc, id"
    )
    return [_service(row) for row in rows]


async def revoke(tx: Tx, service_id: UUID) -> bool:
    """Revoke a service; say whether there was one."""
    tag = await tx.execute(
        "update strongroom.services set revoked_at = now()"
        " where id = $1 and revoked_at is null",
        service_id,
    )
    return tag == "UPDATE 1"


def _service(row: Row) -> Signer:
    return Signer(row["id"], row["name"], row["created_at"], row["revoked_at"])
