"""The audit log: record what was done, and what was refused.

Guards against changes without a trace: an entry is written in the transaction of
its change, so neither exists without the other. A refusal's entry is written
aside, so that it outlives the rollback. A second later the entry is in the tree,
which keeps anybody from changing it unseen; see ``AuditTree``.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta
from uuid import UUID

from strongroom.crypto import Keyring
from strongroom.db import Database, Door, Row, Tx
from strongroom.kernel import NotFound, Origin, first_id, utc_now
from strongroom.tlog import (
    Checkpoint,
    NoteInvalid,
    SigningKey,
    TileFolder,
    TilesBroken,
    VerifierKey,
    inclusion_proof,
    proof_text,
    write_whole,
)

from . import events, policy, store
from .errors import CursorInvalid, FilterInvalid, HistoryBroken, NotSealedYet
from .models import (
    EVERYTHING,
    Actor,
    DayCount,
    Entry,
    EntryFilter,
    EntryPage,
    Sealed,
    Target,
    TreePlace,
)
from .settings import AuditSettings


log = logging.getLogger("strongroom.audit")

LARGEST_PAGE = 200
TIMELINE_DAYS = 30
FIRST_YEAR, LAST_YEAR = 2000, 9000  # Far from where moving between zones overflows.

MOST_AT_ONCE = 1000
LOOK_BACK = timedelta(minutes=10)
"""An entry is written at most so long before its transaction ends."""

ORGANIZATIONS_KEY, HOUSE_KEY = "audit checkpoints", "audit checkpoints of the house"
BROKEN = "broken"
"""The file that says why a tree is not signed any more."""


class AuditLog:
    """Records entries and reads an organization's own back."""

    def __init__(self, db: Database) -> None:
        """Write and read through *db*."""
        self._db = db

    async def record(self, tx: Tx, entry: Entry) -> None:
        """Write *entry* in the transaction of the change that it describes."""
        await store.insert(tx, entry)

    async def refuse(self, entry: Entry) -> None:
        """Write a refusal in a transaction of its own."""
        async with self._db.aside(reason="record a refusal") as tx:
            await store.insert(tx, entry)

    async def get(self, organization_id: UUID, entry_id: UUID) -> Entry:
        """Return one entry of *organization_id*.

        Raises:
            NotFound: it has no such entry.

        """
        entry = await store.find(self._db.tenant(organization_id), entry_id)
        if entry is None:
            raise NotFound
        return entry

    async def record_export(
        self, organization_id: UUID, actor: Actor, origin: Origin, form: str
    ) -> None:
        """Put on record that the log was taken out: whoever reads all of it is seen."""
        entry = Entry(
            events.EXPORT,
            actor,
            Target("audit-log", str(organization_id)),
            organization_id,
            origin=origin,
            details={"format": form},
        )
        async with self._db.tenant(organization_id) as tx:
            await self.record(tx, entry)

    async def page(
        self,
        organization_id: UUID,
        wanted: EntryFilter = EVERYTHING,
        *,
        cursor: str | None = None,
        limit: int = 50,
    ) -> EntryPage:
        """Return *organization_id*'s newest *wanted* entries older than *cursor*.

        Raises:
            CursorInvalid: the cursor is not one that an earlier page gave.
            FilterInvalid: what is wanted cannot be in any log.

        """
        _require_usable(wanted)
        limit = max(1, min(limit, LARGEST_PAGE))
        door = self._db.tenant(organization_id)
        found = await store.newest(door, wanted, _parse(cursor), limit + 1)
        more = len(found) > limit
        return EntryPage(found[:limit], str(found[limit - 1].id) if more else None)

    async def timeline(
        self, organization_id: UUID, wanted: EntryFilter = EVERYTHING
    ) -> list[DayCount]:
        """Count the *wanted* entries of each of the last days, oldest first.

        The period in *wanted* is ignored: the timeline shows what lies around it.

        Raises:
            FilterInvalid: what is wanted cannot be in any log.

        """
        _require_usable(wanted)
        door = self._db.tenant(organization_id)
        return await store.per_day(door, wanted, TIMELINE_DAYS)


def _require_usable(wanted: EntryFilter) -> None:
    texts = (wanted.action, wanted.outcome, wanted.actor, wanted.target)
    # Postgres holds no NUL in a text, so no entry can match one.
    if any("\0" in text for text in texts if text):
        raise FilterInvalid
    for moment in (wanted.since, wanted.until):
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            message = f"Choose a time between {FIRST_YEAR} and {LAST_YEAR}."
            raise FilterInvalid(message)
    if wanted.since and wanted.until and wanted.until <= wanted.since:
        message = "The period ends before it begins."
        raise FilterInvalid(message)


def _parse(cursor: str | None) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise CursorInvalid from None


class AuditTree:
    """Seals entries into one tree per organization, and one for the house.

    Guards against a log that is edited, cut or told anew, by whoever owns the database:
    checkpoints are signed with a key that it does not hold, over tiles that it does not
    hold. Between an entry's commit and its seal, about a second, it guards nothing.
    """

    def __init__(
        self, db: Database, keys: Keyring, place: TreePlace, settings: AuditSettings
    ) -> None:
        """Seal what is in *db*, signed by *keys*, into files at *place*."""
        self._db, self._keys, self._place = db, keys, place
        self.settings = settings
        self._since: UUID | None = None
        self._behind: set[UUID | None] | None = None

    async def seal(self) -> int:
        """Give every new entry its place in its tree; return how many there were."""
        door = self._db.system(reason="find entries that are not sealed")
        rows = await store.unsealed(door, self._since, MOST_AT_ONCE)
        waiting: dict[UUID | None, list[Row]] = defaultdict(list)
        for row in rows:
            waiting[row["organization_id"]].append(row)
        for organization_id, fresh in waiting.items():
            await self._give_places(organization_id, fresh)
        await self._publish_all(waiting)
        if len(rows) < MOST_AT_ONCE:  # Whatever is older has its place by now.
            self._since = first_id(utc_now() - LOOK_BACK)
        return len(rows)

    async def drop_old(self) -> int:
        """Drop the content of entries past their period; their leaves stay."""
        async with self._db.system(reason="drop audit entries past their period") as tx:
            return await store.drop_older(tx, self.settings.retention)

    def tiles(self, organization_id: UUID | None) -> TileFolder:
        """Return the files of a tree."""
        return TileFolder(self._place.folder / policy.tree_name(organization_id))

    def verifier_key(self, organization_id: UUID | None) -> VerifierKey:
        """Return the key that a tree's checkpoints verify with."""
        return self._signing_key(organization_id).verifier

    def trouble(self, organization_id: UUID | None) -> str | None:
        """Return why a tree is not signed any more, or None while it is."""
        path = self.tiles(organization_id).path / BROKEN
        return path.read_text(encoding="utf-8").strip() if path.exists() else None

    async def checkpoint(self, organization_id: UUID | None) -> bytes:
        """Return a tree's newest checkpoint, as a signed note.

        Raises:
            NotSealedYet: nothing of this tree is.

        """
        path = self.tiles(organization_id).checkpoint
        if not path.exists():
            raise NotSealedYet
        return await asyncio.to_thread(path.read_bytes)

    async def prove(self, organization_id: UUID, entry_id: UUID) -> Sealed:
        """Return which leaf an entry is, and the proof of that (C2SP tlog-proof).

        Raises:
            NotSealedYet: it is too new.

        """
        note = await self.checkpoint(organization_id)
        sealed = self._open(organization_id, note)
        door = self._db.tenant(organization_id)
        place = await store.place_of(door, entry_id)
        if place is None or place >= sealed.size:
            raise NotSealedYet
        node = self.tiles(organization_id).node_of(sealed.size)
        path = await asyncio.to_thread(inclusion_proof, node, place, sealed.size)
        return Sealed(place, sealed.size, proof_text(place, path, note))

    async def export(
        self, organization_id: UUID, source: Door | Tx | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the whole tree with its entries, line by line, for the verifier.

        Entries are read from *source*: the organization's own door, unless another.

        Raises:
            NotSealedYet: nothing of this tree is.

        """
        note = await self.checkpoint(organization_id)
        size = self._open(organization_id, note).size
        yield policy.head_line(note, self.settings.retention)
        hashes = self.tiles(organization_id).leaves(size)
        door = source or self._db.tenant(organization_id)
        for first in range(0, size, MOST_AT_ONCE):
            end = min(first + MOST_AT_ONCE, size)
            for row in await store.leaves(door, organization_id, first, end):
                yield policy.leaf_line(row, next(hashes))

    async def _give_places(
        self, organization_id: UUID | None, fresh: Sequence[Row]
    ) -> None:
        rows = [policy.leaf_row(row) for row in fresh]
        async with self._db.system(reason="seal audit entries") as tx:
            first = await store.lock_tree(tx, organization_id)
            await store.insert_leaves(tx, organization_id, first, rows)

    async def _publish_all(self, touched: Collection[UUID | None]) -> None:
        """Publish what was touched, and what an earlier turn or process left behind."""
        door = self._db.system(reason="find trees to publish")
        if self._behind is None:
            self._behind = await store.trees(door)
        self._behind |= set(touched)
        for organization_id in [*self._behind]:
            await self._publish(organization_id)
            self._behind.discard(organization_id)

    async def _publish(self, organization_id: UUID | None) -> None:
        """Write the tiles and the checkpoint of every leaf that the database has."""
        door = self._db.system(reason="read the leaves of a tree")
        size = await store.size(door, organization_id)
        tiles, key = self.tiles(organization_id), self._signing_key(organization_id)
        try:
            signed = self._signed_size(organization_id)
            first = max(signed - 1, 0)
            rows = await store.leaves(door, organization_id, first, size)
            hashes = [policy.leaf_of(row).hash() for row in rows]
            await asyncio.to_thread(extend, tiles, key, signed, hashes)
            (tiles.path / BROKEN).unlink(missing_ok=True)
        except (HistoryBroken, NoteInvalid, TilesBroken) as reason:
            self._give_up(organization_id, reason)

    def _give_up(self, organization_id: UUID | None, reason: Exception) -> None:
        """Say so where operator, organization and proof see it, and sign no more."""
        name = policy.tree_name(organization_id)
        log.error("the audit tree %s is not signed any more: %s", name, reason)
        path = self.tiles(organization_id).path / BROKEN
        write_whole(path, f"{reason}\n".encode())

    def _signed_size(self, organization_id: UUID | None) -> int:
        path = self.tiles(organization_id).checkpoint
        if not path.exists():
            return 0
        return self._open(organization_id, path.read_bytes()).size

    def _open(self, organization_id: UUID | None, note: bytes) -> Checkpoint:
        return Checkpoint.open(note, [self.verifier_key(organization_id)])

    def _signing_key(self, organization_id: UUID | None) -> SigningKey:
        purpose = HOUSE_KEY if organization_id is None else ORGANIZATIONS_KEY
        origin = policy.origin_of(self._place.host, organization_id)
        return SigningKey(origin, self._keys.signing_key(purpose))


def extend(
    tiles: TileFolder, key: SigningKey, signed: int, hashes: Sequence[bytes]
) -> None:
    """Extend a tree of *signed* leaves; *hashes* begin with its last leaf, if any.

    Raises:
        HistoryBroken: the database has lost leaves, or holds others than were signed.
        TilesBroken: the files are damaged.

    """
    if signed and not hashes:
        message = f"{signed} entries are sealed, and the database has fewer"
        raise HistoryBroken(message)
    if signed and hashes[0] != tiles.node_of(signed)(0, signed - 1):
        message = f"entry {signed - 1} is not the one that was sealed"
        raise HistoryBroken(message)
    fresh = hashes[1:] if signed else hashes
    if fresh:
        tiles.append(signed, fresh)
        size = signed + len(fresh)
        point = Checkpoint(key.name, size, tiles.root(size))
        write_whole(tiles.checkpoint, point.signed(key))
