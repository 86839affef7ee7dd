"""What the house does by itself: copy, erase, keep erased, and forget in time.

Guards against work that is lost or half done: an erasure is one transaction, everything
else may be cut off and begun anew. The ledger of erasures is a file beside the
database, so that whoever comes back with a restored database is erased again.
"""

import asyncio
import fcntl
import hashlib
import hmac
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from strongroom.audit import HOUSE, Entry, Target
from strongroom.crypto import Keyring, append_link
from strongroom.db import Tx, children_first, references_of
from strongroom.kernel import PersonalTable
from strongroom.vault import KeyOwner

from . import events, policy, store
from .errors import FilesStay, LedgerBroken
from .models import Person, Registry, Request
from .service import Privacy, Retention


SIGNING_KEY = "export signing"

TRY_AGAIN = timedelta(hours=1)
AFTER_A_FAULT = timedelta(minutes=5)

HEAL_SECONDS = 5.0
"""How soon somebody who came back is noticed."""

ORGANIZATIONS = "strongroom.organizations"


class Ledger:
    """Who was erased, in a file that only grows; it names nobody by address."""

    def __init__(self, folder: Path, keys: Keyring) -> None:
        """Keep the file in *folder*, sealed and pseudonymous by *keys*."""
        self.path = folder / "erasures.ndjson"
        self._key = keys.derive("erasure ledger")
        self._address_key = keys.derive("erased addresses")
        self._read: tuple[tuple[int, int], list[dict[str, Any]]] = ((0, 0), [])

    def append(self, record: Mapping[str, Any], known: int) -> int:
        """Write a line, let the disk confirm it, and return its number.

        Raises:
            LedgerBroken: the file was edited, or lacks a line that was *known*.

        """
        with self._opened() as file:
            text = file.read()
            chain = self._checked(text, known)
            # A crash in the middle of a line left no erasure behind: it is cut off.
            file.truncate(text.rfind(b"\n") + 1)
            file.seek(0, os.SEEK_END)
            file.write(append_link(chain, dict(record), self._key))
            file.flush()
            os.fsync(file.fileno())
        return len(chain) + 1

    def read(self, known: int) -> list[dict[str, Any]]:
        """Return every record, oldest first.

        Raises:
            LedgerBroken: the file was edited, or lacks a line that was *known*.

        """
        if not self.path.exists():
            return [link["record"] for link in self._checked(b"", known)]
        at = self.path.stat()
        state = (at.st_mtime_ns, at.st_size)
        if self._read[0] != state or len(self._read[1]) < known:
            chain = self._checked(self.path.read_bytes(), known)
            self._read = state, [link["record"] for link in chain]
        return self._read[1]

    def pseudonym(self, email: str) -> str:
        """Return the keyed hash under which an erased address is known again."""
        return hmac.new(self._address_key, email.encode(), hashlib.sha256).hexdigest()

    def _checked(self, text: bytes, known: int) -> list[dict[str, Any]]:
        try:
            return policy.whole_ledger(text, self._key, known)
        except LedgerBroken as broken:
            message = f"{self.path}: {broken}; bring it back from a copy"
            raise LedgerBroken(message) from None

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # Given up when the file is closed.
            yield file
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


class Exports:
    """Makes the copies that people asked for, and deletes what nobody fetched."""

    def __init__(self, privacy: Privacy) -> None:
        """Work for the desk *privacy*."""
        self._privacy, self._db = privacy, privacy.db

    async def make_next(self) -> bool:
        """Make one copy that is due; say whether there was one."""
        async with self._db.system(reason="find an export to make") as tx:
            request = await store.claim_due(tx, "export")
            if request is None:
                return False
            person = await store.find_person(tx, request.account_id)
            if person is None:
                await store.settle(tx, request.id, "refused")
                return True
        archive = await asyncio.to_thread(
            policy.pack, await self._files(request, person)
        )
        await asyncio.to_thread(self._keep, request.id, archive)
        await self._announce(request, person)
        return True

    async def forget_old(self) -> None:
        """Delete copies past their time, and those of people who are erased."""
        for path, request_id in self._copies():
            door = self._db.system(reason="find whose an export is")
            request = await store.find_request(door, request_id)
            age = time.time() - path.stat().st_mtime
            late = age > self._privacy.settings.export_kept.total_seconds()
            if late or request is None or request.email is None:
                path.unlink(missing_ok=True)

    def _copies(self) -> Iterator[tuple[Path, UUID]]:
        """Yield each copy and its request; what else lies there is not ours."""
        for path in self._privacy.exports.glob("*.*"):
            with suppress(ValueError):
                yield path, UUID(path.name.partition(".")[0])

    async def _files(self, request: Request, person: Person) -> dict[str, bytes]:
        tables = self._privacy.registry.personal
        files, counts = dict[str, bytes](), dict[str, int]()
        for done, entry in enumerate(tables, 1):
            door = self._db.system(reason="copy a person's rows into their export")
            rows = await store.rows_of(door, entry, person)
            name = policy.file_of(entry.table)
            files[name], counts[name] = policy.rows_as_json(rows), len(rows)
            await store.note_progress(door, request.id, done, len(tables))
        for kind in self._privacy.registry.files:
            for name, content in (await kind.export(person)).items():
                files[policy.place_in_copy(kind, name)] = content
        means = self._privacy.means
        about = {
            "account": str(person.id),
            "email": person.email,
            "at": self._privacy.now().isoformat(),
            "service": means.service_name,
            "url": means.public_url,
        }
        key = means.keys.signing_key(SIGNING_KEY)
        return files | policy.sealed_with(files, counts, tables, about, key)

    def _keep(self, request_id: UUID, archive: bytes) -> None:
        """Write the copy so that only its owner can read it, whole or not at all."""
        folder = self._privacy.exports
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f"{request_id}.part"
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(archive)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / f"{request_id}.zip")

    async def _announce(self, request: Request, person: Person) -> None:
        means, kept = self._privacy.means, self._privacy.settings.export_kept
        async with self._db.system(reason="mail the link to an export") as tx:
            if not await store.settle(tx, request.id, "done"):
                return  # Another process made the same copy, and has mailed its link.
            parts = self._privacy.parts
            token = await parts.one_time.mint(tx, policy.EXPORT_LINK, request.id, kept)
            link = f"{means.public_url}/console/privacy/export?token={token.reveal()}"
            mail = policy.export_ready(means.service_name, link, kept)
            await parts.outbox.post(tx, person.email, *mail)


class Erasures:
    """Erases people, and keeps them erased."""

    def __init__(self, privacy: Privacy) -> None:
        """Work for the desk *privacy*, with its ledger outside the database."""
        self._privacy, self._db = privacy, privacy.db
        self._registry: Registry = privacy.registry
        means = privacy.means
        self.ledger = Ledger(means.folder / "privacy", means.keys)

    async def erase_next(self) -> bool:
        """Erase one person whose time to think has passed; say whether there was one.

        Raises:
            LedgerBroken: it could not be remembered, so nobody was erased.

        """
        request: Request | None = None
        try:
            async with self._db.system(reason="erase a person") as tx:
                request = await store.claim_due(tx, "erasure")
                if request is None:
                    return False
                await self._erase(tx, request)
        except Exception as failed:
            if request is not None:
                await self._put_aside(request, failed)
            raise
        return True

    async def replay(self, tx: Tx) -> int:
        """Erase again whoever the ledger knows and the database has; count the rows.

        Raises:
            LedgerBroken: the ledger was edited or cut.

        """
        latest = await self._latest(tx)
        here = {each.id: each for each in await store.people_still_here(tx, [*latest])}
        people = [here.get(each, Person(each, "")) for each in latest]
        held = {each: frozenset(record["held"]) for each, record in latest.items()}
        if not people:
            return 0
        changed = await self._remove(tx, people, held)
        return changed + await self._forget_addresses(tx, latest.values())

    async def heal(self) -> None:
        """Replay the ledger if somebody whom it knows has come back.

        Raises:
            LedgerBroken: the ledger was edited or cut.

        """
        async with self._db.system(reason="look for people who must stay erased") as tx:
            latest = await self._latest(tx)
            gone = [each for each, record in latest.items() if not record["held"]]
            if gone and await store.people_still_here(tx, gone):
                await self.replay(tx)

    async def _latest(self, tx: Tx) -> dict[UUID, dict[str, Any]]:
        known = await store.last_ledger_line(tx)
        records = await asyncio.to_thread(self.ledger.read, known)
        return {UUID(each["account"]): each for each in records}

    async def _erase(self, tx: Tx, request: Request) -> None:
        account_id = request.account_id
        left = await self._privacy.parts.organizations.belongings(tx, account_id)
        if names := policy.ownerless(left):
            words = policy.must_hand_over(names)
            await store.put_off(tx, request.id, words, TRY_AGAIN)
            return
        found = await store.find_person(tx, account_id)
        person = found or Person(account_id, "")
        held = policy.held_stores(await store.holds(tx), account_id)
        changed = await self._remove(tx, [person], {account_id: held})
        if changed or not held:
            for organization_id in policy.organizations_of(left):
                await self._on_record(tx, account_id, organization_id)
            line = await self._remember(tx, person, held)
            await store.note_line(tx, request.id, line)
        if held:
            words = f"held: {', '.join(sorted(held))}"
            await store.put_off(tx, request.id, words, TRY_AGAIN)
        else:
            await store.settle(tx, request.id, "done")

    async def _remove(
        self, tx: Tx, people: Sequence[Person], held: Mapping[UUID, frozenset[str]]
    ) -> int:
        """Apply each store's rule to the *people*, but to none that is *held*."""
        parts, references = self._privacy.parts, await references_of(tx)
        kept = {each: policy.kept_with(held[each], references) for each in held}
        alone = await self._organizations_of(tx, people, kept)
        changed = 0
        for entry in self._in_order(references):
            theirs = [each for each in people if entry.table not in kept[each.id]]
            changed += await store.erase(tx, entry, theirs)
        for organization_id in alone:
            await parts.organizations.dissolve(tx, organization_id)
            await parts.vault.destroy(tx, KeyOwner.organization(organization_id))
        for person in people:
            if held[person.id]:
                await parts.accounts.disable(tx, person.id)
            elif person.email:
                await parts.vault.destroy(tx, KeyOwner.person(person.id))
        await self._remove_files([each for each in people if not held[each.id]])
        return changed

    async def _remove_files(self, people: Sequence[Person]) -> None:
        """Erase the embedder's files last: what fails here undoes all the rest."""
        for kind in self._registry.files:
            for person in people:
                try:
                    await kind.erase(person)
                except Exception as failed:
                    # Left as it is, an OSError would pass for one of the database's.
                    message = f"{kind.title}: {type(failed).__name__}"
                    raise FilesStay(message) from failed

    def _in_order(self, references: set[tuple[str, str]]) -> list[PersonalTable]:
        by_name = {each.table: each for each in self._registry.personal}
        return [by_name[name] for name in children_first(by_name, references)]

    async def _organizations_of(
        self,
        tx: Tx,
        people: Sequence[Person],
        kept: Mapping[UUID, frozenset[str]],
    ) -> list[UUID]:
        """Return the organizations in which nobody would be left."""
        organizations = self._privacy.parts.organizations
        return [
            left.organization.id
            for person in people
            if person.email and ORGANIZATIONS not in kept[person.id]
            for left in await organizations.belongings(tx, person.id)
            if left.members == 1
        ]

    async def _forget_addresses(
        self, tx: Tx, records: Iterable[Mapping[str, Any]]
    ) -> int:
        """Delete what is kept by address and is older than the address's erasure."""
        erased = {record["email"]: record["at"] for record in records}
        changed = 0
        for entry in self._registry.personal:
            for subject in (each for each in entry.subjects if each.by == "email"):
                for email in await store.addresses_in(tx, entry, subject):
                    if at := erased.get(self.ledger.pseudonym(email)):
                        before = datetime.fromisoformat(at)
                        changed += await store.forget_address(
                            tx, entry, subject, email, before
                        )
        return changed

    async def _remember(self, tx: Tx, person: Person, held: frozenset[str]) -> int:
        """Write the ledger's line; the disk has it before the erasure is committed."""
        record = {
            "account": str(person.id),
            "email": self.ledger.pseudonym(person.email),
            "at": self._privacy.now().isoformat(),
            "held": sorted(held),
        }
        known = await store.last_ledger_line(tx)
        return await asyncio.to_thread(self.ledger.append, record, known)

    async def _on_record(
        self, tx: Tx, account_id: UUID, organization_id: UUID | None
    ) -> None:
        target = Target("account", str(account_id))
        entry = Entry(events.ERASED, HOUSE, target, organization_id)
        await self._privacy.parts.audit.record(tx, entry)

    async def _put_aside(self, request: Request, failed: Exception) -> None:
        """Let others go first, and say what is in the way; never with its values."""
        said = (
            str(failed) if isinstance(failed, LedgerBroken) else type(failed).__name__
        )
        async with self._db.aside(reason="note what stops an erasure") as tx:
            await store.put_off(tx, request.id, said, AFTER_A_FAULT)


class Work:
    """Everything that privacy does without being asked, in turns."""

    def __init__(self, privacy: Privacy) -> None:
        """Work for the desk *privacy*."""
        self.exports, self.erasures = Exports(privacy), Erasures(privacy)
        self.retention = Retention(privacy)
        self._healed_at = -HEAL_SECONDS

    async def turn(self) -> None:
        """Do whatever is due."""
        while await self.exports.make_next():
            pass
        await self.exports.forget_old()
        await self.retention.turn()
        while await self.erasures.erase_next():
            await self.exports.forget_old()
        if time.monotonic() - self._healed_at >= HEAL_SECONDS:
            await self.erasures.heal()
            self._healed_at = time.monotonic()
