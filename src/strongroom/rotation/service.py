"""Replacing keys, on both levels, while everything goes on.

Guards against a key that was stolen long ago: values are resealed under a new one,
and the old one is destroyed when nothing needs it. Each step may be interrupted at
any point; what is left to do is read from the rows themselves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.crypto import Keyring
from strongroom.db import Database, Door
from strongroom.kernel import NOWHERE, Origin
from strongroom.vault import (
    KeyDestroyed,
    KeyOwner,
    Place,
    SealBroken,
    SealedColumn,
    Sealer,
    Vault,
    WrappedKey,
)

from . import events, store
from .errors import RotationUnderWay
from .models import KeyVersion, Resealed, VaultStatus
from .settings import RotationSettings


BATCH = 100
"""So many values are resealed in one transaction."""

EARLY = timedelta(days=1)
"""Keys are replaced this long before their time, so that none is ever older."""

SETTLING = 2
"""Seconds after which a refused replacement may be tried again."""


class Rotation:
    """Replaces keys while everything goes on, and destroys what they replaced.

    Guards against a key that was stolen long ago. Each step may be interrupted at any
    point and is taken up again: what is left to do is read from the rows themselves.
    """

    def __init__(
        self,
        db: Database,
        vault: Vault,
        audit: AuditLog,
        settings: RotationSettings,
        columns: Sequence[SealedColumn] = (),
    ) -> None:
        """Rotate the keys of *vault*, and reseal the values of *columns*."""
        self._db, self._vault, self._audit = db, vault, audit
        self.settings, self.columns = settings, tuple(columns)

    async def rotate(
        self,
        owner: KeyOwner,
        actor: Actor = HOUSE,
        origin: Origin = NOWHERE,
        by: str | None = None,
    ) -> int:
        """Make a new version of *owner*'s key, which soon seals; return its number.

        It is on record, and with it *by* whom if a command says so.

        Raises:
            RotationUnderWay: the last new version does not seal yet.
            KeyDestroyed: the owner's key was destroyed, for good.

        """
        await self._vault.sealer(owner)  # There is a first version to replace.
        found = await store.versions_of(self._reading(), owner)
        if found[-1].state == "waiting":
            raise RotationUnderWay(retry_after=SETTLING)
        key = await self._vault.new_version(owner, found[-1].version + 1)
        async with self._db.system(reason="replace an owner's key") as tx:
            if not await self._vault.add(tx, key):
                raise RotationUnderWay(retry_after=SETTLING)
            entry = _entry(events.ROTATE, owner, actor, origin)
            await self._audit.record(tx, replace(entry, details=_by(by)))
        return key.version

    async def reseal(self, owner: KeyOwner, limit: int = 1000) -> Resealed:
        """Reseal up to *limit* values under the sealing key; destroy spare versions."""
        self._vault.forget(owner)
        resealed, broken = 0, 0
        for column in self._columns_of(owner):
            done, failed = await self._reseal_column(owner, column, limit - resealed)
            resealed, broken = resealed + done, broken + failed
        found = await self.versions(owner)
        remaining = sum(each.rows for each in found if each.state != "sealing")
        destroyed, waiting = await self._destroy_spare(owner, found)
        return Resealed(resealed, remaining, broken, destroyed, waiting)

    async def reseal_on_record(
        self, owner: KeyOwner, actor: Actor, origin: Origin
    ) -> Resealed:
        """Reseal a batch because somebody asked, and put what it did on record."""
        done = await self.reseal(owner)
        entry = _entry(events.RESEAL, owner, actor, origin)
        details = {"resealed": done.resealed, "destroyed": list(done.destroyed)}
        async with self._db.system(reason="record that values were resealed") as tx:
            await self._audit.record(tx, replace(entry, details=details))
        return done

    async def versions(self, owner: KeyOwner) -> list[KeyVersion]:
        """Return every version of *owner*'s key, and how many values need it."""
        counts: Counter[str] = Counter()
        for column in self._columns_of(owner):
            counts.update(await store.counts_of(self._reading(), column, owner))
        found = await store.versions_of(self._reading(), owner)
        return [replace(each, rows=counts[str(each.version)]) for each in found]

    async def status(self) -> VaultStatus:
        """Return how the whole vault stands."""
        door = self._reading
        found = await store.totals(door())
        return VaultStatus(
            generations=tuple(await store.generations(door())),
            owners=found["owners"] if found else 0,
            keys=found["keys"] if found else 0,
            oldest=found["oldest"] if found else None,
            columns=tuple(
                [await store.count_column(door(), each) for each in self.columns]
            ),
        )

    async def due(self, limit: int = 100) -> list[KeyOwner]:
        """Return owners whose key is to be replaced now, the oldest first."""
        found = await store.owners_due(self._reading(), self._early, limit)
        return [owner for owner, _ in found]

    async def unfinished(self) -> list[KeyOwner]:
        """Return owners with values to reseal, or with a version to destroy."""
        return await store.owners_with_older(self._reading())

    async def root_due(self) -> bool:
        """Say whether the key that wraps the others is to be replaced now."""
        return await store.generation_due(self._reading(), self._early) is not None

    async def rotate_root(self, by: str | None = None) -> int:
        """Make a generation of two new shares, which wraps from now on.

        It is on record, and with it *by* whom if a command says so.
        """
        newest, _ = await self._vault.generations.newest()
        async with self._db.system(reason="replace the shares of the vault") as tx:
            if await self._vault.generations.add(tx, newest + 1):
                entry = _entry_of_root(events.ROTATE_ROOT, newest + 1, by)
                await self._audit.record(tx, entry)
        return newest + 1

    async def replace_root(self, new_keys: Keyring, by: str) -> int:
        """Let the root of *new_keys* wrap from now on; return the generation.

        Nothing stops: processes with the old root work on until they are restarted.
        What is left is `rewrap`. It is on record, once, *by* whom.

        Raises:
            RootReplaced: the last replacement was not finished.

        """
        before, _ = await self._vault.generations.newest()
        async with self._db.system(reason="replace the root key of the vault") as tx:
            number = await self._vault.generations.succeed(tx, new_keys)
            if number != before:
                entry = _entry_of_root(events.REPLACE_ROOT, number, by)
                await self._audit.record(tx, entry)
        return number

    async def keys_left(self) -> int:
        """Return how many keys an older generation still wraps."""
        newest, _ = await self._vault.generations.newest()
        return await store.count_keys_before(self._reading(), newest)

    async def rewrap(self, limit: int = 500) -> int:
        """Wrap up to *limit* keys anew; return how many an older generation still has.

        A generation that wraps nothing any more loses its share.
        """
        newest, _ = await self._vault.generations.newest()
        for key in await store.keys_before(self._reading(), newest, limit):
            await self._rewrap_one(key)
        async with self._db.system(reason="destroy an old share of the vault") as tx:
            for number in await store.destroy_generations(tx, newest):
                self._vault.generations.forget(number)
        return await store.count_keys_before(self._reading(), newest)

    @property
    def _early(self) -> timedelta:
        return self.settings.rotation - EARLY

    def _columns_of(self, owner: KeyOwner) -> list[SealedColumn]:
        return [each for each in self.columns if each.kind == owner.kind]

    def _reading(self) -> Door:
        return self._db.system(reason="see how old the vault's keys are")

    async def _rewrap_one(self, key: WrappedKey) -> None:
        try:
            new = await self._vault.rewrapped(key)
        except SealBroken:
            return  # It stays where it is, and is counted as left.
        async with self._db.system(reason="wrap a key anew") as tx:
            await store.replace_wrapping(tx, key, new)

    async def _reseal_column(
        self, owner: KeyOwner, column: SealedColumn, limit: int
    ) -> tuple[int, int]:
        resealed, broken = 0, list[str]()
        while resealed < limit:
            sealer = await self._vault.sealer(owner)
            size = min(BATCH, limit - resealed)
            found = await store.values_not_of(
                self._reading(), column, owner, sealer.version, broken, size
            )
            if not found:
                break
            async with self._db.system(reason="reseal values under a new key") as tx:
                for row, old in found:
                    try:
                        new = resealed_value(sealer, column, row, old)
                    except (SealBroken, KeyDestroyed):
                        broken.append(str(row))
                    else:
                        resealed += await store.replace_value(tx, column, row, old, new)
        return resealed, len(broken)

    async def _destroy_spare(
        self, owner: KeyOwner, found: Sequence[KeyVersion]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        needed = [each.version for each in found if each.rows]
        async with self._db.system(reason="destroy a key that nothing needs") as tx:
            destroyed, waiting = await store.destroy_older(
                tx, owner, needed, self.settings.grace
            )
        return tuple(destroyed), tuple(waiting)


def resealed_value(
    sealer: Sealer, column: SealedColumn, row: UUID | str, old: str | bytes
) -> str | bytes:
    """Return *old*, sealed anew for its place and in its form.

    Raises:
        SealBroken: it was altered, cut or moved.
        KeyDestroyed: its key is gone.

    """
    place = Place(column.table, column.column, row)
    plain = sealer.open(place, old)
    seal = sealer.seal if column.form == "text" else sealer.seal_bytes
    return seal(place, plain)


def _entry(action: str, owner: KeyOwner, actor: Actor, origin: Origin) -> Entry:
    organization = owner.id if owner.kind == "organization" else None
    target = Target("key", f"{owner.kind} {owner.id}")
    return Entry(action, actor, target, organization, origin=origin)


def _entry_of_root(action: str, generation: int, by: str | None) -> Entry:
    """Return the entry of a key that wraps everybody's: the house's own log has it."""
    details = {**_by(by), "generation": generation}
    return Entry(action, HOUSE, Target("key", "root"), details=details, origin=NOWHERE)


def _by(name: str | None) -> dict[str, str]:
    return {"by": name} if name else {}
