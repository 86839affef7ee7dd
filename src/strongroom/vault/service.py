"""The vault: seal a value for one place, open it there, destroy its key.

Guards stored secrets against whoever has the database, a backup of it, or the
configuration alone. It does not decide who may see a secret: whoever asks here may.
A key is read anew every half second at most, so that a destroyed one is forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.audit import AuditLog, Entry, Target
from strongroom.crypto import (
    Keyring,
    SealInvalid,
    new_key,
    unwrap,
    wrap,
)
from strongroom.db import Batch, Database, Door, Tx
from strongroom.kernel import Caller, NotFound, Origin, Secret, new_id

from . import events, store
from .errors import KeyDestroyed, RootKeyWrong, RootReplaced, SealBroken
from .models import (
    Generation,
    KeyOwner,
    Place,
    SealedColumn,
    WrappedKey,
)
from .policy import (
    SETTLING_SECONDS,
    Places,
    Sealer,
    as_bytes,
    bound_to,
    derives,
    handed_to,
    is_root_of,
    joined,
    new_generation,
    require_phrase,
)


CHECKS = "strongroom.vault_checks"

MOST_HELD = 4096
"""So many owners' keys are kept in memory between two uses."""


class Generations:
    """The keys that wrap the others: a share in the database, one in our hands."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        """Keep one share in *db*, and derive the other from *keys*."""
        self._db, self._keys = db, keys
        self._known: dict[int, bytes] = {}

    async def newest(self) -> tuple[int, bytes]:
        """Return the number and the key of the newest generation; make the first.

        Raises:
            RootKeyWrong: the root key is not the one of this vault.

        """
        found = await store.newest_generation(self._door())
        if found is None:
            async with self._db.system(reason="make the vault's first key") as tx:
                await self.add(tx, 1)
            return 1, await self.get(1)
        return found.number, self._join(found)

    async def get(self, number: int) -> bytes:
        """Return the key of one generation.

        Raises:
            KeyDestroyed: its share is gone.
            RootKeyWrong: the root key is not the one of this vault.

        """
        if number not in self._known:
            found = await store.find_generation(self._door(), number)
            if found is None or found.share is None:
                raise KeyDestroyed
            self._known[number] = self._join(found)
        return self._known[number]

    async def add(self, tx: Tx, number: int) -> bool:
        """Make a generation of two new shares; say whether nobody else did first."""
        return await store.add_generation(tx, new_generation(self._keys, number))

    async def succeed(self, tx: Tx, new_keys: Keyring) -> int:
        """Make the next generation, of the root of *new_keys*; return its number.

        Until the old root is forgotten, each gets what only the other can derive. Done
        once, doing it again changes nothing.

        Raises:
            RootReplaced: the last replacement was not finished.
            RootKeyWrong: the root key is not the one of this vault.

        """
        living = await store.living_generations(tx)
        newest = living[-1]
        if derives(new_keys, newest):
            return newest.number
        if newest.handed is not None:
            message = "restart the server, then replace the root key again"
            raise RootReplaced(message)
        for each in living:
            self._join(each)
            await store.hand_on(tx, handed_to(new_keys, self._keys, each))
        new = new_generation(new_keys, newest.number + 1)
        handed = handed_to(self._keys, new_keys, new)
        if not await store.add_generation(tx, handed):
            message = "the wrapping key was just replaced: do it again"
            raise RootReplaced(message)
        return new.number

    async def forget_old_root(self) -> bool:
        """Take back what was handed to the old root, if ours is the new one.

        Only where no process with the old root runs any more.
        """
        async with self._db.system(reason="forget a root key of the vault") as tx:
            living = await store.living_generations(tx)
            over = [e for e in living if e.handed and derives(self._keys, e)]
            for each in over:
                await store.hand_on(tx, replace(each, handed=None))
            return bool(over)

    def forget(self, number: int) -> None:
        """Forget a generation that was destroyed."""
        self._known.pop(number, None)

    def _join(self, found: Generation) -> bytes:
        if not is_root_of(self._keys, found):
            message = "this root key is not the one of this vault: bring that back"
            raise RootKeyWrong(message)
        return joined(self._keys, found)

    def _door(self) -> Door:
        return self._db.system(reason="read the shares of the vault's keys")


class Vault:
    """Seals for organizations and persons, each with a key of its own."""

    def __init__(
        self, db: Database, keys: Keyring, columns: Sequence[SealedColumn] | None = None
    ) -> None:
        """Keep wrapped keys in *db*; the configuration's shares derive from *keys*.

        With *columns*, nothing is sealed for any other, where no rotation finds it.
        """
        self._db = db
        self._places: Places = (
            None if columns is None else {(each.table, each.column) for each in columns}
        )
        self.generations = Generations(db, keys)
        self._held: dict[KeyOwner, Sealer] = {}
        self._asked: Batch[KeyOwner, list[WrappedKey]] = Batch(self._look_up)

    async def seal(self, owner: KeyOwner, place: Place, secret: Secret | bytes) -> str:
        """Return *secret*, sealed for *place* with *owner*'s key, as text.

        Raises:
            KeyDestroyed: the owner's key was destroyed, for good.
            RootKeyWrong: the root key is not the one of this vault.

        """
        plain = secret if isinstance(secret, bytes) else as_bytes(secret)
        return (await self.sealer(owner)).seal(place, plain)

    async def open(self, owner: KeyOwner, place: Place, sealed: str | bytes) -> Secret:
        """Return what was sealed for *place* with *owner*'s key.

        Bytes that are no UTF-8 come back surrogate-escaped (PEP 383).

        Raises:
            SealBroken: it was altered, cut or moved.
            KeyDestroyed: its key is gone.
            RootKeyWrong: the root key is not the one of this vault.

        """
        plain = (await self.sealer(owner)).open(place, sealed)
        return Secret(plain.decode("utf-8", "surrogateescape"))

    async def sealer(self, owner: KeyOwner) -> Sealer:
        """Return what seals and opens for *owner* without waiting, for half a second.

        The owner's first key is made here; of many who ask, one makes it.

        Raises:
            KeyDestroyed: the owner's key was destroyed, for good.
            RootKeyWrong: the root key is not the one of this vault.

        """
        asked_at = monotonic()
        held = self._held.get(owner)
        if held is not None and asked_at < held.fresh_until:
            return held
        found = await self._asked.find(owner)
        if found is None:
            await self._make_first(owner)
            asked_at = monotonic()
            found = await self._asked.find(owner)
        sealer = await self._sealer(owner, found or [])
        sealer.begin(asked_at)
        self._hold(owner, sealer)
        return sealer

    async def destroy(self, tx: Tx, owner: KeyOwner) -> int:
        """Destroy *owner*'s key in every version, for good; return how many there were.

        *tx* is of the system door. Once it commits, nothing that the key sealed opens
        again: here at once, in other processes within a second.
        """
        self._held.pop(owner, None)
        return await store.destroy(tx, owner)

    async def new_version(self, owner: KeyOwner, version: int) -> WrappedKey:
        """Return a new key of *owner*, wrapped and not kept anywhere yet."""
        generation, wrapping = await self.generations.newest()
        wrapped = wrap(wrapping, new_key(), *bound_to(owner, version))
        return WrappedKey(owner, version, generation, wrapped, seals=version == 1)

    async def add(self, tx: Tx, key: WrappedKey) -> bool:
        """Keep a new version, which seals a moment later; say whether it was new."""
        self._held.pop(key.owner, None)
        return await store.add_key(tx, key, SETTLING_SECONDS)

    async def rewrapped(self, key: WrappedKey) -> WrappedKey:
        """Return *key* as the newest generation wraps it, not kept anywhere yet.

        Raises:
            SealBroken: the wrapped key was altered.

        """
        plain = await self._unwrapped(key)
        generation, wrapping = await self.generations.newest()
        wrapped = wrap(wrapping, plain, *bound_to(key.owner, key.version))
        return replace(key, generation=generation, wrapped=wrapped)

    def forget(self, owner: KeyOwner) -> None:
        """Read *owner*'s keys anew the next time."""
        self._held.pop(owner, None)

    async def _look_up(
        self, owners: list[KeyOwner]
    ) -> Mapping[KeyOwner, list[WrappedKey]]:
        door = self._db.system(reason="read the keys of the vault")
        return await store.keys_of(door, owners)

    async def _make_first(self, owner: KeyOwner) -> None:
        key = await self.new_version(owner, 1)
        async with self._db.system(reason="make an owner's first key") as tx:
            await self.add(tx, key)

    async def _sealer(self, owner: KeyOwner, found: list[WrappedKey]) -> Sealer:
        sealing = [each.version for each in found if each.seals and each.wrapped]
        if not sealing:
            raise KeyDestroyed
        keys = {
            each.version: AESGCM(await self._unwrapped(each))
            for each in found
            if each.wrapped is not None
        }
        return Sealer(owner, found[-1].version, sealing[-1], keys, self._places)

    async def _unwrapped(self, key: WrappedKey) -> bytes:
        wrapping = await self.generations.get(key.generation or 0)
        try:
            return unwrap(
                wrapping, key.wrapped or b"", *bound_to(key.owner, key.version)
            )
        except SealInvalid:
            raise SealBroken from None

    def _hold(self, owner: KeyOwner, sealer: Sealer) -> None:
        self._held.pop(owner, None)
        self._held[owner] = sealer
        while len(self._held) > MOST_HELD:
            del self._held[next(iter(self._held))]


class ArchiveKeys:
    """Keys under which archives seal what is about one owner.

    Guards the erased: with an owner's key, everything of theirs in every archive goes.
    They are replaced never, because an archive cannot be sealed anew.
    """

    def __init__(self, db: Database, keys: Keyring) -> None:
        """Keep keys in *db*, wrapped under the root of *keys*."""
        self._db, self._wrapping = db, keys.derive("archive keys")

    async def make(self, owners: Sequence[KeyOwner]) -> None:
        """Make a key for each of the *owners* who never had one."""
        wrapping = self._wrapping
        made = {
            each: wrap(wrapping, new_key(), "archive key", *each.words)
            for each in owners
        }
        async with self._db.system(reason="make keys for archives") as tx:
            await store.add_archive_keys(tx, made)

    async def find(self, owners: Sequence[KeyOwner]) -> dict[KeyOwner, bytes | None]:
        """Return the owners' keys, None for a destroyed one; others never had any."""
        door = self._db.system(reason="read keys for archives")
        found = await store.archive_keys_of(door, owners)
        return {
            owner: None if wrapped is None else self.unwrapped(owner, wrapped)
            for owner, wrapped in found.items()
        }

    def unwrapped(self, owner: KeyOwner, wrapped: bytes) -> bytes:
        """Return the key of *owner* that was wrapped under this root.

        Raises:
            RootKeyWrong: it was wrapped under another.

        """
        try:
            return unwrap(self._wrapping, wrapped, "archive key", *owner.words)
        except SealInvalid:
            message = "the archive's keys are of another root key: bring that one back"
            raise RootKeyWrong(message) from None


class KeyChecks:
    """Phrases that an organization seals to see for itself that its key works."""

    def __init__(self, db: Database, vault: Vault, audit: AuditLog) -> None:
        """Keep phrases in *db*, sealed by *vault*, and changes on record in *audit*."""
        self._db, self._vault, self._audit = db, vault, audit

    async def seal(
        self, caller: Caller, label: Secret, phrase: Secret, origin: Origin
    ) -> UUID:
        """Seal a phrase and its label for the caller's organization.

        Raises:
            PhraseInvalid: one is empty or too long.
            KeyDestroyed: the organization's key was destroyed.

        """
        require_phrase(label, phrase)
        check, owner = new_id(), KeyOwner.organization(caller.organization_id)
        sealed = [
            await self._vault.seal(owner, Place(CHECKS, column, check), value)
            for column, value in (("label", label), ("phrase", phrase))
        ]
        recording = self._audit.recording(_entry(events.SEAL, check, caller, origin))
        await store.add_check(recording, check, *sealed)
        return check

    async def open(self, caller: Caller, check: UUID) -> tuple[Secret, Secret]:
        """Return a check's label and phrase.

        Raises:
            NotFound: there is none, or it is another organization's.
            SealBroken: it was altered, cut or moved.
            KeyDestroyed: its key is gone.

        """
        owner = KeyOwner.organization(caller.organization_id)
        door = self._db.tenant(caller.organization_id)
        found = await store.find_check(door, check)
        if found is None:
            raise NotFound
        label = await self._vault.open(owner, Place(CHECKS, "label", check), found[0])
        phrase = await self._vault.open(owner, Place(CHECKS, "phrase", check), found[1])
        return label, phrase

    async def delete(self, caller: Caller, check: UUID, origin: Origin) -> None:
        """Delete a check.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        recording = self._audit.recording(_entry(events.DELETE, check, caller, origin))
        if not await store.delete_check(recording, check):
            raise NotFound


def _entry(action: str, check: UUID, caller: Caller, origin: Origin) -> Entry:
    return Entry.by(caller, action, Target("key-check", str(check)), origin)
