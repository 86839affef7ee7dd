"""The audit log: record what was done, and what was refused.

Guards against changes without a trace: an entry is written in the transaction of
its change, so neither exists without the other. A refusal's entry is written
aside, so that it outlives the rollback. A second later the entry is in the tree,
which keeps anybody from changing it unseen; see ``AuditTree``.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from strongroom.crypto import Keyring
from strongroom.db import Database, Door, Followed, Row, Tx
from strongroom.kernel import Caller, NotFound, Origin, new_id, utc_now
from strongroom.tlog import (
    Checkpoint,
    HistoryBroken,
    NoteInvalid,
    SigningKey,
    TileFolder,
    TilesBroken,
    VerifierKey,
    consistency_proof,
    extend,
    inclusion_proof,
    proof_text,
    write_whole,
)

from . import events, policy, store
from .errors import NotSealedYet, ViewExists
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
    View,
)
from .settings import AuditSettings


log = logging.getLogger("strongroom.audit")

LARGEST_PAGE, TIMELINE_DAYS, MOST_AT_ONCE = 200, 30, 1000
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

    def recording(self, entry: Entry) -> Followed:
        """Return the door of an organization for one change, put on record as *entry*.

        Change and entry are one statement, in one round trip. The change has to return
        the rows that it changed; where there are none, nothing is on record.
        """
        door = self._db.tenant(entry.tenant)
        return door.followed_by(store.INSERT_IF_CHANGED, *store.columns(entry))

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
        self,
        organization_id: UUID,
        actor: Actor,
        origin: Origin,
        form: str,
        wanted: EntryFilter = EVERYTHING,
    ) -> None:
        """Put on record that the log was taken out: whoever reads all of it is seen."""
        target = Target("audit-log", str(organization_id))
        details = {"format": form} | policy.narrowing(wanted)
        place = (actor, target, organization_id)
        entry = Entry(events.EXPORT, *place, origin=origin, details=details)
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
        policy.require_usable(wanted)
        limit = max(1, min(limit, LARGEST_PAGE))
        door = self._db.tenant(organization_id)
        found = await store.newest(door, wanted, policy.parse_cursor(cursor), limit + 1)
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
        policy.require_usable(wanted)
        door = self._db.tenant(organization_id)
        return await store.per_day(door, wanted, TIMELINE_DAYS)


class AuditViews:
    """Filters that an organization keeps under a name, for everybody who may read."""

    def __init__(self, db: Database, audit: AuditLog) -> None:
        """Keep views in *db*, and changes on record in *audit*."""
        self._db, self._audit = db, audit

    async def all(self, organization_id: UUID) -> list[View]:
        """Return its views by name."""
        return await store.views(self._db.tenant(organization_id))

    async def create(
        self, caller: Caller, name: str, filters: Mapping[str, str], origin: Origin
    ) -> UUID:
        """Keep *filters* under *name*.

        Raises:
            FilterInvalid: the name cannot be used.
            ViewExists: there is a view of that name.

        """
        kept = {field: value for field, value in filters.items() if value}
        view = View(new_id(), policy.require_view_name(name), kept)
        target = Target("audit-view", str(view.id))
        entry = Entry.by(caller, events.CREATE_VIEW, target, origin)
        if not await store.insert_view(self._audit.recording(entry), view):
            raise ViewExists(fields={"name": ViewExists.title})
        return view.id

    async def delete(self, caller: Caller, view_id: UUID, origin: Origin) -> None:
        """Delete a view.

        Raises:
            NotFound: there is none, or it is another organization's.

        """
        target = Target("audit-view", str(view_id))
        entry = Entry.by(caller, events.DELETE_VIEW, target, origin)
        if not await store.delete_view(self._audit.recording(entry), view_id):
            raise NotFound


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
        self._cursor = policy.Cursor()
        self._behind: set[UUID | None] | None = None

    async def seal(self) -> int:
        """Give every new entry its place in its tree; return how many there were."""
        door = self._db.system(reason="find entries that are not sealed")
        began = utc_now()
        rows = await store.unsealed(door, self._cursor.after, MOST_AT_ONCE)
        waiting: dict[UUID | None, list[Row]] = defaultdict(list)
        for row in rows:
            waiting[row["organization_id"]].append(row)
        for organization_id, fresh in waiting.items():
            await self._give_places(organization_id, fresh)
        await self._publish_all(waiting)
        self._cursor.move(rows[-1]["id"] if len(rows) == MOST_AT_ONCE else None, began)
        return len(rows)

    async def drop_old(self) -> int:
        """Drop the content of entries past their period; their leaves stay."""
        async with self._db.system(reason="drop audit entries past their period") as tx:
            return await store.drop_older(tx, self.settings.retention)

    async def trees(self) -> set[UUID | None]:
        """Return whose entries are sealed; None is the house."""
        return await store.trees(self._db.system(reason="find trees"))

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
        self,
        organization_id: UUID,
        source: Door | Tx | None = None,
        wanted: EntryFilter = EVERYTHING,
    ) -> AsyncIterator[bytes]:
        """Yield the whole tree with its entries, line by line, for the verifier.

        Entries are read from *source*: the organization's own door, unless another.
        Of *wanted* entries alone, each line has its own proof.

        Raises:
            FilterInvalid: what is wanted cannot be in any log.
            NotSealedYet: nothing of this tree is.

        """
        policy.require_usable(wanted)
        note = await self.checkpoint(organization_id)
        size = self._open(organization_id, note).size
        cosigned = await asyncio.to_thread(self._extended, organization_id, size)
        yield policy.head_line(note, self.settings.retention, wanted, cosigned)
        door = source or self._db.tenant(organization_id)
        if wanted == EVERYTHING:
            lines = self._whole(organization_id, door, size)
        else:
            lines = self._chosen(organization_id, door, size, wanted)
        async for line in lines:
            yield line

    async def _whole(
        self, organization_id: UUID, door: Door | Tx, size: int
    ) -> AsyncIterator[bytes]:
        hashes = self.tiles(organization_id).leaves(size)
        for first in range(0, size, MOST_AT_ONCE):
            end = min(first + MOST_AT_ONCE, size)
            for row in await store.leaves(door, organization_id, first, end):
                yield policy.leaf_line(row, next(hashes))

    async def _chosen(
        self, organization_id: UUID, door: Door | Tx, size: int, wanted: EntryFilter
    ) -> AsyncIterator[bytes]:
        node, first = cache(self.tiles(organization_id).node_of(size)), 0
        while rows := await store.chosen_leaves(
            door, organization_id, wanted, first, size, MOST_AT_ONCE
        ):
            for row in rows:
                proof = inclusion_proof(node, row["leaf"], size)
                yield policy.leaf_line(row, node(0, row["leaf"]), proof)
            first = rows[-1]["leaf"] + 1

    async def lines(
        self, organization_id: UUID, first: int, most: int
    ) -> list[dict[str, Any]]:
        """Return what is told of up to *most* leaves from *first* on, in order."""
        door = self._db.tenant(organization_id)
        rows = await store.leaves(door, organization_id, first, first + most)
        return [policy.told_of(row, policy.leaf_of(row).hash()) for row in rows]

    def _extended(
        self, organization_id: UUID, size: int
    ) -> tuple[bytes, Sequence[bytes]] | None:
        """Return what witnesses cosigned, and that the tree of *size* extends it."""
        path = self.tiles(organization_id).cosigned
        if not path.exists():
            return None
        note = path.read_bytes()
        seen = self._open(organization_id, note).size
        node = self.tiles(organization_id).node_of(size)
        return note, consistency_proof(node, seen, size)

    async def _give_places(
        self, organization_id: UUID | None, fresh: Sequence[Row]
    ) -> None:
        rows = [policy.leaf_row(row) for row in fresh]
        async with self._db.system(reason="seal audit entries") as tx:
            first = await store.lock_tree(tx, organization_id)
            await store.insert_leaves(tx, organization_id, first, rows)

    async def _publish_all(self, touched: Collection[UUID | None]) -> None:
        """Publish what was touched, and what an earlier turn or process left behind."""
        if self._behind is None:
            self._behind = await self.trees()
        self._behind |= set(touched)
        for organization_id in [*self._behind]:
            await self._publish(organization_id)
            self._behind.discard(organization_id)

    async def _publish(self, organization_id: UUID | None) -> None:
        """Write the tiles and the checkpoint of every leaf that the database has."""
        door = self._db.system(reason="read the leaves of a tree")
        tiles, key = self.tiles(organization_id), self._signing_key(organization_id)
        try:
            signed = self._signed_size(organization_id)
            rows = await store.sealed_hashes(door, organization_id, max(signed - 1, 0))
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
