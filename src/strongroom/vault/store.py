"""All SQL of the vault's keys. The database's clock decides which version seals."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from strongroom.db import Door, Followed, Tx

from .models import Generation, KeyOwner, WrappedKey


async def keys_of(
    door: Door, owners: Sequence[KeyOwner]
) -> dict[KeyOwner, list[WrappedKey]]:
    """Return each owner's keys that open, and its newest version even if it does not.

    An owner without any key is missing from the answer.
    """
    rows = await door.fetch(
        """
        select k.*, k.seals_from <= now() as seals
          from unnest($1::text[], $2::uuid[]) as o(kind, id)
          join strongroom.vault_keys k on k.owner_kind = o.kind and k.owner_id = o.id
         where k.wrapped is not null
            or k.version = (select max(version) from strongroom.vault_keys n
                             where n.owner_kind = o.kind and n.owner_id = o.id)
         order by k.version
        """,
        [owner.kind for owner in owners],
        [owner.id for owner in owners],
    )
    found: dict[KeyOwner, list[WrappedKey]] = {}
    for row in rows:
        key = WrappedKey.of(row)
        found.setdefault(key.owner, []).append(key)
    return found


async def add_key(tx: Tx, key: WrappedKey, settling: float) -> bool:
    """Keep a new version, unless it is there or its generation was just destroyed.

    It seals after *settling* seconds; an owner's first at once, as none was known.
    """
    tag = await tx.execute(
        """
        insert into strongroom.vault_keys
            (owner_kind, owner_id, version, generation, wrapped, seals_from)
        select $1, $2, $3, g.generation, $5,
               now() + case $3::integer when 1 then 0 else $6::float8 end
                       * interval '1 second'
          from strongroom.vault_generations g
         where g.generation = $4 and g.share is not null for share
        on conflict do nothing
        """,
        key.owner.kind,
        key.owner.id,
        key.version,
        key.generation,
        key.wrapped,
        settling,
    )
    return tag == "INSERT 0 1"


async def archive_keys_of(
    door: Door, owners: Sequence[KeyOwner]
) -> dict[KeyOwner, bytes | None]:
    """Return each owner's wrapped key for archives, None for one that was destroyed."""
    rows = await door.fetch(
        """
        select k.owner_kind, k.owner_id, k.wrapped
          from unnest($1::text[], $2::uuid[]) as o(kind, id)
          join strongroom.vault_archive_keys k
            on k.owner_kind = o.kind and k.owner_id = o.id
        """,
        [owner.kind for owner in owners],
        [owner.id for owner in owners],
    )
    return {
        KeyOwner(row["owner_kind"], row["owner_id"]): row["wrapped"] for row in rows
    }


async def add_archive_keys(tx: Tx, keys: Mapping[KeyOwner, bytes]) -> None:
    """Keep keys for archives of owners who have none, and never had one."""
    await tx.execute(
        """
        insert into strongroom.vault_archive_keys (owner_kind, owner_id, wrapped)
        select * from unnest($1::text[], $2::uuid[], $3::bytea[])
            on conflict do nothing
        """,
        [owner.kind for owner in keys],
        [owner.id for owner in keys],
        [*keys.values()],
    )


async def destroy(tx: Tx, owner: KeyOwner) -> int:
    """Destroy every version of an owner's key, and leave a mark even if it had none.

    The owner's key for archives goes with them.
    """
    await tx.execute(
        """
        insert into strongroom.vault_archive_keys (owner_kind, owner_id, destroyed_at)
        values ($1, $2, now()) on conflict (owner_kind, owner_id) do update
           set wrapped = null, destroyed_at = now()
         where vault_archive_keys.wrapped is not null
        """,
        owner.kind,
        owner.id,
    )
    tag = await tx.execute(
        """
        insert into strongroom.vault_keys
            (owner_kind, owner_id, version, seals_from, destroyed_at)
        values ($1, $2, 1, now(), now()) on conflict do nothing
        """,
        owner.kind,
        owner.id,
    )
    if tag == "INSERT 0 1":
        return 0
    tag = await tx.execute(
        """
        update strongroom.vault_keys set wrapped = null, destroyed_at = now()
         where owner_kind = $1 and owner_id = $2 and wrapped is not null
        """,
        owner.kind,
        owner.id,
    )
    return int(tag.removeprefix("UPDATE "))


async def newest_generation(door: Door) -> Generation | None:
    """Return the generation that wraps new keys, if there is one."""
    row = await door.fetchrow(
        "select * from strongroom.vault_generations"
        " where share is not null order by generation desc limit 1"
    )
    return Generation.of(row) if row else None


async def find_generation(door: Door, number: int) -> Generation | None:
    """Return one generation."""
    row = await door.fetchrow(
        "select * from strongroom.vault_generations where generation = $1",
        number,
    )
    return Generation.of(row) if row else None


async def add_generation(tx: Tx, generation: Generation) -> bool:
    """Keep a new generation; say whether nobody else made it first."""
    tag = await tx.execute(
        """
        insert into strongroom.vault_generations
            (generation, share, fingerprint, handed)
        values ($1, $2, $3, $4) on conflict do nothing
        """,
        generation.number,
        generation.share,
        generation.fingerprint,
        generation.handed,
    )
    return tag == "INSERT 0 1"


async def living_generations(tx: Tx) -> list[Generation]:
    """Return the generations that have a share, oldest first, held until *tx* ends."""
    rows = await tx.fetch(
        "select * from strongroom.vault_generations"
        " where share is not null order by generation for update"
    )
    return [Generation.of(row) for row in rows]


async def hand_on(tx: Tx, generation: Generation) -> None:
    """Keep what is handed to the other root, or, if that is nothing, keep nothing."""
    await tx.execute(
        "update strongroom.vault_generations set handed = $2"
        " where generation = $1 and share is not null",
        generation.number,
        generation.handed,
    )


async def add_check(door: Followed, check: UUID, label: str, phrase: str) -> None:
    """Keep a check of the organization whose door this is; both texts are sealed."""
    await door.fetch(
        "insert into strongroom.vault_checks (id, label, phrase) values ($1, $2, $3)"
        " returning id",
        check,
        label,
        phrase,
    )


async def find_check(door: Door, check: UUID) -> tuple[str, str] | None:
    """Return the sealed label and phrase of a check."""
    row = await door.fetchrow(
        "select label, phrase from strongroom.vault_checks where id = $1", check
    )
    return (row["label"], row["phrase"]) if row else None


async def delete_check(door: Followed, check: UUID) -> bool:
    """Delete a check; say whether there was one."""
    deleted = "delete from strongroom.vault_checks where id = $1 returning id"
    return await door.fetchrow(deleted, check) is not None
