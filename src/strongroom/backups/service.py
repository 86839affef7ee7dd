"""How backups stand; archives made, rotated and restored, one verb each.

Guards against a backup that exists and cannot be restored, and against a public process
that could reach the archives: ``Backups`` only reads what runs left behind, the others
are for the process that works in the background, and for the operator.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping, Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from strongroom.archive import (
    Archive,
    Draft,
    FolderDepot,
    Identity,
    Kind,
    Loaded,
    Manifest,
    NotForThisKey,
    Owner,
    Plan,
    Progress,
    Reading,
    Shelf,
    Source,
    depot_at,
    dump,
    load,
    name_of,
    read_identity,
    require_recipient,
)
from strongroom.crypto import Keyring
from strongroom.db import Database, Door, filling
from strongroom.kernel import new_id, utc_now
from strongroom.vault import ArchiveKeys, KeyOwner

from . import policy, store
from .errors import DrillFailed, NoRecipient
from .models import BackupStatus, Finished, RunKind
from .settings import BackupSettings


PATIENCE = timedelta(hours=1)
"""So long after its time a run is late."""

SIGNING_KEY = "backup signing"
KEYS_AT_A_TIME = 1000


class Backups:
    """What may be known of backups without the right to make or open one."""

    def __init__(self, db: Database, settings: BackupSettings) -> None:
        """Read runs in *db*; *settings* say when they are due."""
        self._db, self.settings = db, settings

    async def status(self) -> BackupStatus:
        """Return how backups stand."""
        door = self._reading()
        last = await store.newest(door, "backup", only_done=True)
        drilled = await store.newest(door, "drill")
        latest = [await store.newest(door, "backup"), drilled]
        failed = [each for each in latest if each and each.result == "failed"]
        late = await self._is_late("backup", self.settings.every) or (
            await self._is_late("drill", self.settings.drill_every)
        )
        return BackupStatus(last, drilled, failed[0] if failed else None, late)

    async def ask(self, kind: RunKind, archive: str | None = None) -> UUID:
        """Ask the house for a run at its next turn; return the run's id."""
        run = new_id()
        async with self._db.system(reason="ask for a backup or a drill") as tx:
            await store.ask(tx, run, kind, archive)
        return run

    async def _is_late(self, kind: RunKind, every: timedelta) -> bool:
        return await store.due(self._reading(), kind, every + PATIENCE, timedelta(0))

    def _reading(self) -> Door:
        return self._db.system(reason="read how backups stand")


class EmptyDatabase(Protocol):
    """A database that holds the schema and nothing else, to restore into."""

    @property
    def url(self) -> str:
        """Postgres as the owner of its schema."""

    async def finish(self) -> Finished:
        """Open a sealed value of each kind, and erase again who must stay erased."""


OpenEmpty = Callable[[], AbstractAsyncContextManager[EmptyDatabase]]


@dataclass(frozen=True, slots=True)
class Means:
    """What the house lends to backups."""

    owner_url: str
    keys: Keyring
    folder: Path
    """``DATA/backups``."""

    ledger: Path
    """The ledger of erasures, which travels with the keys."""

    plan: Plan
    open_empty: OpenEmpty


def show_nothing(_table: str, _done: int, _of: int) -> None:
    """Be told of progress, and tell nobody."""


class Store:
    """One place for archives, with whoever may read what is put there."""

    def __init__(
        self, means: Means, settings: BackupSettings, *, rehearsal: bool = False
    ) -> None:
        """Use the place that *settings* name, or one of its own for a *rehearsal*.

        Raises:
            DepotFailed: there is no way to the place.

        """
        self._means, self._settings = means, settings
        self.folder = means.folder / "rehearsal" if rehearsal else means.folder
        own = not settings.place or rehearsal
        self.depot = (
            FolderDepot(self.folder / "archives") if own else depot_at(settings.place)
        )
        self.key = means.keys.signing_key(SIGNING_KEY)
        self.shelf = Shelf(self.depot, self.key.public_key())
        self._rehearsal = rehearsal

    @property
    def named_recipients(self) -> list[str]:
        """Whoever the operator named, in the settings or by ``backup key``."""
        file = self._means.folder / "recipients"
        lines = file.read_text("ascii").split() if file.exists() else []
        return [
            *dict.fromkeys([*self._settings.recipients, *map(require_recipient, lines)])
        ]

    def recipients(self, drill: Identity) -> list[str]:
        """Return who can open the next archive; *drill* can, until the one after it.

        Raises:
            NoRecipient: nobody else could.

        """
        named = self.named_recipients
        if not named and not self._rehearsal:
            message = "nobody could open a backup: run strongroom backup key first"
            raise NoRecipient(message)
        return [*named, drill.recipient]

    def keep_drill_key(self, name: str, drill: Identity) -> None:
        """Keep what opens the archive called *name*, so that it can be tried."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._drill_key(name), os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{drill.text()}\n")

    def drop_drill_keys(self, *but: str) -> None:
        """Forget what opens every other archive than these."""
        kept = {self._drill_key(each) for each in but}
        for path in self.folder.glob("drill-*.key"):
            if path not in kept:
                path.unlink()

    def drill_identity(self, name: str) -> Identity:
        """Return what opens the archive called *name*.

        Raises:
            NotForThisKey: only its recipients can, who are not here.

        """
        try:
            return read_identity(self._drill_key(name).read_text("ascii"))
        except FileNotFoundError:
            message = f"{name} opens with the operator's identity alone: bring it"
            raise NotForThisKey(message) from None

    def _drill_key(self, name: str) -> Path:
        return self.folder / f"drill-{name}.key"


class Maker:
    """Makes archives in one place."""

    def __init__(self, db: Database, means: Means, place: Store) -> None:
        """Read from the house's database, and write to *place*."""
        self._db, self._means, self._place = db, means, place
        self._archive_keys = ArchiveKeys(db, means.keys)

    async def make(self, drill: Identity, progress: Progress) -> Manifest:
        """Make a backup, and the archive of keys that it needs.

        Raises:
            DepotFailed: the place is full or away; older archives are untouched.
            NoRecipient: nobody could open it.
            UnsafeDatabase: a policy would hide rows.

        """
        recipients = self._place.recipients(drill)
        await asyncio.to_thread(self._place.shelf.sweep)
        await self._make_keys()
        source = Source(self._means.owner_url, self._means.plan, self._find_keys)
        draft, moment = self._draft("data", recipients)
        self._place.keep_drill_key(draft.name, drill)
        made = await dump(source, draft, moment, self._place.key, progress)
        await self.make_keys_anew(recipients, drill)
        return made

    async def make_keys_anew(self, recipients: list[str], drill: Identity) -> None:
        """Archive the keys as they are now, and remove every older archive of keys.

        What was sealed under a key that was destroyed meanwhile is then unreadable.
        """
        source = Source(self._means.owner_url, policy.KEYS_ONLY, self._find_keys)
        draft, moment = self._draft("keys", recipients)
        self._place.keep_drill_key(draft.name, drill)
        ledger = self._means.ledger
        text = await asyncio.to_thread(ledger.read_bytes) if ledger.exists() else b""
        files = {policy.LEDGER: text}
        await dump(source, draft, moment, self._place.key, files=files)
        for name in await asyncio.to_thread(self._place.shelf.names, "keys"):
            if name != draft.name:
                await asyncio.to_thread(self._place.shelf.remove, name)

    async def rotate(self, settings: BackupSettings) -> list[str]:
        """Remove the backups that are not kept any more; return their names."""
        shelf = self._place.shelf
        names = await asyncio.to_thread(shelf.names, "data")
        gone = policy.spare(names, settings)
        for name in gone:
            await asyncio.to_thread(shelf.remove, name)
        keys = await asyncio.to_thread(shelf.names, "keys")
        self._place.drop_drill_keys(*names[-1:], *keys)
        return gone

    def _draft(self, kind: Kind, recipients: list[str]) -> tuple[Draft, datetime]:
        moment = utc_now()
        name = name_of(kind, moment, secrets.token_hex(4))
        return Draft(self._place.depot, name, kind, recipients), moment

    async def _make_keys(self) -> None:
        door = self._db.system(reason="find who needs a key for archives")
        while owners := await store.owners_without_key(door, KEYS_AT_A_TIME):
            await self._archive_keys.make(owners)

    async def _find_keys(self, owners: AbstractSet[Owner]) -> dict[Owner, bytes | None]:
        wanted = [owner_of(each) for each in owners]
        found = await self._archive_keys.find(wanted)
        return {f"{owner.kind}:{owner.id}": key for owner, key in found.items()}


def owner_of(text: Owner) -> KeyOwner:
    """Return the owner that a row names."""
    kind, _, number = text.partition(":")
    build = KeyOwner.person if kind == "person" else KeyOwner.organization
    return build(UUID(number))


class Restorer:
    """Brings an archive back into an empty database."""

    def __init__(self, db: Database, means: Means, place: Store) -> None:
        """Read archives in *place*."""
        self._means, self._place = means, place
        self._archive_keys = ArchiveKeys(db, means.keys)

    def opened(
        self,
        archive: Archive,
        identity: Identity,
        keys_identity: Identity | None = None,
    ) -> tuple[Reading, Reading, bytes]:
        """Return the backup, the newest archive of keys, and the ledger in it.

        Raises:
            ArchiveBroken: one was altered, or there is no archive of keys.
            NotForThisKey: an identity is none of its recipients'.

        """
        newest = self._place.shelf.newest("keys")
        with_keys = Reading(
            newest, keys_identity or identity, policy.KEYS_ONLY, _no_keys
        )
        wrapped, ledger = wrapped_keys(newest, keys_identity or identity)

        async def find(owners: AbstractSet[Owner]) -> Mapping[Owner, bytes | None]:
            return {
                each: self._archive_keys.unwrapped(owner_of(each), found)
                if (found := wrapped.get(each))
                else None
                for each in owners
            }

        return Reading(archive, identity, self._means.plan, find), with_keys, ledger

    async def restore(
        self, reading: Reading, keys: Reading, url: str, progress: Progress
    ) -> list[Loaded]:
        """Put everything into the empty database at *url*, all or nothing.

        Raises:
            ArchiveBroken: something was altered, cut or is missing.
            DrillFailed: what came back is not what went in.

        """
        await asyncio.to_thread(reading.archive.require_whole)
        async with filling(url) as connection:
            loaded = await load(reading, connection, progress)
            require_same(loaded)  # By itself: the keys' rows would hide an empty one.
            loaded += await load(keys, connection)
            require_same(loaded)
        return loaded


async def _no_keys(_: AbstractSet[Owner]) -> Mapping[Owner, bytes | None]:
    return {}


def wrapped_keys(
    archive: Archive, identity: Identity
) -> tuple[dict[Owner, bytes], bytes]:
    """Return the wrapped keys in an archive of keys, by owner, and the ledger."""
    archive.require_whole()
    contents = archive.contents(identity)
    found: dict[Owner, bytes] = {}
    for table in contents.tables:
        places = [table.columns.index(n) for n in ("owner_kind", "owner_id", "wrapped")]
        for part in table.parts:
            for line in archive.read(part, identity).split(b"\n")[:-1]:
                cells = line.split(b"\t")
                kind, number, wrapped = (cells[at] for at in places)
                if wrapped.startswith(b"\\\\x"):
                    owner = f"{kind.decode()}:{number.decode()}"
                    found[owner] = bytes.fromhex(wrapped[3:].decode())
    ledger = contents.files.get(policy.LEDGER)
    return found, archive.read(ledger, identity) if ledger else b""


def require_same(loaded: list[Loaded]) -> None:
    """Find rows, and each table as it was put in.

    Raises:
        DrillFailed: there are none, or one differs.

    """
    if not sum(each.restored for each in loaded):
        message = "the archive is empty: it holds no row of any table"
        raise DrillFailed(message)
    wrong = [each.table for each in loaded if not each.matches]
    if wrong:
        message = f"{', '.join(wrong)} came back otherwise than written"
        raise DrillFailed(message)
