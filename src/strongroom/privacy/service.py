"""What people can ask about their data, and what an operator does about it.

Guards against copies and erasures asked for by whoever found an open laptop: both need
the password again, and an erasure can be undone for days. And against rows that outlive
their period. Copies and erasures are carried out by ``tasks``; here they are wishes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from strongroom.accounts import Accounts
from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.crypto import Keyring
from strongroom.db import Database, Tx
from strongroom.kernel import Caller, Clock, Origin, Secret, new_id, utc_now
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organizations
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords
from strongroom.vault import Vault

from . import events, policy, store
from .errors import (
    AlreadyAsked,
    HandOverFirst,
    NobodyKnown,
    NoSuchRequest,
    NoSuchStore,
    NotConfirmed,
)
from .models import Hold, Job, Kept, Kind, Person, Registry, Request, State
from .settings import PrivacySettings


RETENTION_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Parts:
    """The lower domains that privacy is composed of."""

    accounts: Accounts
    audit: AuditLog
    organizations: Organizations
    passwords: Passwords
    one_time: OneTimeValues
    outbox: Outbox
    vault: Vault


@dataclass(frozen=True, slots=True)
class Means:
    """What the house lends: a folder, keys, and how it is called and reached."""

    folder: Path
    keys: Keyring
    service_name: str
    public_url: str


class Privacy:
    """What people can ask, each about their own data."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        means: Means,
        registry: Registry,
        settings: PrivacySettings,
        clock: Clock = utc_now,
    ) -> None:
        """Keep requests in *db*, about everything that *registry* lists."""
        self.db, self.parts, self.means = db, parts, means
        self.registry, self.settings = registry, settings
        self._clock = clock
        self.exports = means.folder / "privacy" / "exports"

    def kept(self) -> list[Kept]:
        """Return what is kept about people, in the words of the public table."""
        return policy.public_table(self.registry)

    @property
    def cooling_off(self) -> str:
        """How long an erasure can be undone, in words."""
        return policy.span(self.settings.cooling_off)

    def now(self) -> datetime:
        """Return the moment by which requests are late or not."""
        return self._clock()

    async def mine(self, caller: Caller) -> list[Request]:
        """Return the caller's own requests, newest first."""
        door = self.db.system(reason="list the privacy requests of an account")
        return await store.requests_of(door, caller.account_id)

    async def ask(
        self, caller: Caller, kind: Kind, words: str, origin: Origin
    ) -> Request:
        """Open a request that a human must answer within a month."""
        request = self.new(caller.account_id, kind, "open", words=words)
        await self._keep(request, events.REQUEST, caller, origin)
        return request

    async def export(self, caller: Caller, password: Secret, origin: Origin) -> Request:
        """Ask for a copy of everything; a mail follows when it is made.

        Raises:
            WrongPassword: it is not the caller's.
            AlreadyAsked: one is being made.

        """
        await self.parts.passwords.prove(caller.account_id, password)
        request = self.new(caller.account_id, "export", "waiting")
        await self._keep(request, events.EXPORT, caller, origin)
        return request

    async def erase(
        self, caller: Caller, password: Secret, typed: str, origin: Origin
    ) -> Request:
        """Ask for one's own erasure, which begins when the time to think has passed.

        Raises:
            NotConfirmed: what was typed is not the caller's address.
            WrongPassword: it is not the caller's.
            HandOverFirst: an organization with other members would have no owner.
            AlreadyAsked: it was asked for already.

        """
        if typed.strip().casefold() != caller.email:
            raise NotConfirmed(fields={"confirmation": NotConfirmed.title})
        await self.parts.passwords.prove(caller.account_id, password)
        starts_at = self._clock() + self.settings.cooling_off
        request = self.new(caller.account_id, "erasure", "waiting", starts_at)
        means = self.means
        link = f"{means.public_url}/console/privacy"
        mail = policy.erasure_asked(means.service_name, link, starts_at)
        async with self.db.system(reason="keep an erasure that was asked for") as tx:
            await self.require_handed_over(tx, caller.account_id)
            await self.insert(tx, request)
            await self.parts.outbox.post(tx, caller.email, *mail)
            entry = _entry(events.ERASE, request, caller, origin)
            await self.parts.audit.record(tx, entry)
        return request

    async def cancel(self, caller: Caller, request_id: UUID, origin: Origin) -> None:
        """Undo a request of one's own that has not begun.

        Raises:
            NoSuchRequest: there is none, or it is too late.

        """
        async with self.db.system(reason="undo a privacy request") as tx:
            if not await store.cancel(tx, caller.account_id, request_id):
                raise NoSuchRequest
            target = Target("privacy-request", str(request_id))
            await self.parts.audit.record(
                tx, _by(caller, events.CANCEL, target, origin)
            )

    async def download(self, caller: Caller, token: Secret, origin: Origin) -> bytes:
        """Return the archive behind a link, once, to the person whose data it is.

        Raises:
            OneTimeValueSpent: the link was used, has expired, or is another's.

        """
        one_time = self.parts.one_time
        request_id = await one_time.attempt(policy.EXPORT_LINK, token)
        door = self.db.system(reason="find the export behind a link")
        request = await store.find_request(door, request_id)
        archive = self.exports / f"{request_id}.zip"
        theirs = request is not None and request.account_id == caller.account_id
        if not theirs:
            raise OneTimeValueSpent
        try:
            content = await asyncio.to_thread(archive.read_bytes)
        except FileNotFoundError:  # Somebody else was first, an instant ago.
            raise OneTimeValueSpent from None
        async with self.db.system(reason="use up the link to an export") as tx:
            await one_time.consume(tx, policy.EXPORT_LINK, token)
            target = Target("privacy-request", str(request_id))
            entry = _by(caller, events.DOWNLOAD, target, origin)
            await self.parts.audit.record(tx, entry)
        archive.unlink(missing_ok=True)  # Nobody can fetch it again.
        return content

    def new(
        self,
        account_id: UUID,
        kind: Kind,
        state: State,
        starts_at: datetime | None = None,
        *,
        words: str | None = None,
        by: str | None = None,
    ) -> Request:
        """Return a request as it is opened now."""
        now = self._clock()
        begins = starts_at or (now if state == "waiting" else None)
        return Request(
            id=new_id(),
            account_id=account_id,
            kind=kind,
            state=state,
            opened_at=now,
            due_at=policy.due_after(now),
            starts_at=begins,
            words=words,
            handled_by=by,
        )

    async def _keep(
        self, request: Request, action: str, caller: Caller, origin: Origin
    ) -> None:
        async with self.db.system(reason="keep a privacy request") as tx:
            await self.insert(tx, request)
            entry = _entry(action, request, caller, origin)
            await self.parts.audit.record(tx, entry)

    async def insert(self, tx: Tx, request: Request) -> None:
        """Keep a request.

        Raises:
            AlreadyAsked: one like it is under way.

        """
        if not await store.insert_request(tx, request):
            raise AlreadyAsked

    async def require_handed_over(self, tx: Tx, account_id: UUID) -> None:
        """Accept a person who leaves no organization without an owner.

        Raises:
            HandOverFirst: others would be left in one.

        """
        left = await self.parts.organizations.belongings(tx, account_id)
        if names := policy.ownerless(left):
            raise HandOverFirst(policy.must_hand_over(names))


class Desk:
    """What an operator does about people's requests; each step bears a name."""

    def __init__(self, privacy: Privacy) -> None:
        """Answer the requests that *privacy* keeps."""
        self._privacy, self._db = privacy, privacy.db

    async def requests(self, *, settled: bool = False) -> list[Request]:
        """Return the requests that wait, or all; the most urgent first."""
        door = self._db.system(reason="show the requests desk")
        return await store.all_requests(door, settled=settled)

    async def waiting(self) -> tuple[int, int]:
        """Return how many requests wait in time, and how many are overdue."""
        return await store.count_waiting(self._db.system(reason="count for /metrics"))

    async def get(self, request_id: UUID) -> Request:
        """Return one request.

        Raises:
            NoSuchRequest: there is none.

        """
        door = self._db.system(reason="show one privacy request")
        found = await store.find_request(door, request_id)
        if found is None:
            raise NoSuchRequest
        return found

    async def open_for(self, email: str, kind: Kind, by: str) -> Request:
        """Open a request as the operator; an erasure or export begins at once.

        Raises:
            NobodyKnown: no account has the address.
            HandOverFirst: an organization with other members would have no owner.
            AlreadyAsked: it is under way.

        """
        person = await self._person(email)
        state: State = "waiting" if kind in {"export", "erasure"} else "open"
        request = self._privacy.new(person.id, kind, state, by=by)
        action = {"export": events.EXPORT, "erasure": events.ERASE}.get(kind)
        async with self._db.system(reason="open a request as the operator") as tx:
            if kind == "erasure":
                await self._privacy.require_handed_over(tx, person.id)
            await self._privacy.insert(tx, request)
            await self._record(tx, action or events.REQUEST, request.account_id, by)
        return request

    async def answer(self, request_id: UUID, by: str, words: str, state: State) -> None:
        """Settle a request by hand, with an answer for the person.

        Raises:
            NoSuchRequest: there is none, or it is settled.

        """
        async with self._db.system(reason="answer a privacy request") as tx:
            request = await store.find_request(tx, request_id)
            settled = request and await store.settle(
                tx, request_id, state, by=by, answer=words
            )
            if request is None or not settled:
                raise NoSuchRequest
            await self._record(tx, events.ANSWER, request.account_id, by)

    async def hold(self, email: str, table: str, reason: str, by: str) -> Hold:
        """Keep a person's rows of one store, whatever else is due.

        Raises:
            NobodyKnown: no account has the address.
            NoSuchStore: nothing about people is kept there.
            AlreadyAsked: it is held already.

        """
        if table not in {each.table for each in self._privacy.registry.personal}:
            raise NoSuchStore
        person = await self._person(email)
        held = Hold(new_id(), person.id, table, reason, by, self._privacy.now())
        async with self._db.system(reason="place a legal hold") as tx:
            if not await store.insert_hold(tx, held):
                raise AlreadyAsked
            await self._record(tx, events.HOLD, person.id, by)
        return held

    async def release(self, hold_id: UUID, by: str) -> None:
        """End a hold; what waited for it goes on.

        Raises:
            NoSuchRequest: there is no such hold.

        """
        async with self._db.system(reason="release a legal hold") as tx:
            account_id = await store.release_hold(tx, hold_id, by)
            if account_id is None:
                raise NoSuchRequest
            await store.begin_held(tx, account_id)
            await self._record(tx, events.RELEASE, account_id, by)

    async def holds(self) -> Sequence[Hold]:
        """Return every hold that is not released."""
        return await store.holds(self._db.system(reason="show the legal holds"))

    async def _person(self, email: str) -> Person:
        account = await self._privacy.parts.accounts.find(email)
        if account is None:
            raise NobodyKnown
        return Person(account.id, account.email)

    async def _record(self, tx: Tx, action: str, account_id: UUID, by: str) -> None:
        actor, target = Actor("house", name=by), Target("account", str(account_id))
        await self._privacy.parts.audit.record(tx, Entry(action, actor, target))


class Retention:
    """Deletes rows whose period has ended."""

    def __init__(self, privacy: Privacy) -> None:
        """Follow the registry of the desk *privacy*."""
        self._db, self._registry = privacy.db, privacy.registry

    async def turn(self) -> None:
        """Run the job if it is due. A table that fails leaves it due, and late."""
        if not (await self.job()).is_due:
            return
        removed = {}
        for entry, period in policy.expiring(self._registry):
            length = period.under(self._registry.policy)
            async with self._db.system(reason="delete what is past its period") as tx:
                removed[entry.table] = await store.expire(tx, entry, period, length)
        async with self._db.system(reason="note that retention ran") as tx:
            await store.note_run(tx, removed, RETENTION_EVERY)

    async def job(self) -> Job:
        """Return how the job stands."""
        door = self._db.system(reason="show how retention stands")
        return await store.job(door, RETENTION_EVERY)


def _by(caller: Caller, action: str, target: Target, origin: Origin) -> Entry:
    return Entry(
        action, Actor.of(caller), target, caller.organization_id, origin=origin
    )


def _entry(action: str, request: Request, caller: Caller, origin: Origin) -> Entry:
    return _by(caller, action, Target("privacy-request", str(request.id)), origin)
