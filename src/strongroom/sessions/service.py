"""Sessions: open one, find who speaks, list devices, end one.

Guards against a session that outlives its end, its device's revocation, its
account or its membership: every request looks its row up, nothing is cached. It
does not check passwords; see ``strongroom.signin``.
"""

from uuid import UUID

from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.crypto import new_token, token_digest
from strongroom.db import Batch, Database, Tx
from strongroom.kernel import NOWHERE, Caller, NotFound, Origin, Secret, new_id
from strongroom.organizations import Organization

from . import events, store
from .errors import NoSuchSession
from .models import ActsAs, Beginning, KnownSession, NewSession, Session
from .settings import SessionSettings


class Sessions:
    """The signed-in devices."""

    def __init__(
        self, db: Database, audit: AuditLog, settings: SessionSettings
    ) -> None:
        """Keep rows in *db*, under the lifetimes of *settings*."""
        self._db, self._audit, self._settings = db, audit, settings
        self._callers = Batch(self._look_up)

    async def find(self, token: str) -> Caller | None:
        """Return who *token* speaks for at this moment, or None.

        Raises:
            DatabaseUnavailable: the database did not answer in time.

        """
        return await self._callers.find(token_digest(token))

    async def open(
        self,
        tx: Tx,
        account_id: UUID,
        organization: Organization,
        origin: Origin,
        began: Beginning,
        *,
        acting: ActsAs | None = None,
    ) -> NewSession:
        """Open a session for a person who has proved who they are.

        Who is *acting* as the person has a session that no use makes longer.
        """
        rules = self._settings
        session_id, token = new_id(), new_token()
        expires_at = await store.insert(
            tx,
            session_id=session_id,
            digest=token_digest(token),
            account_id=account_id,
            organization_id=organization.id,
            lifetime=acting.lifetime if acting else rules.lifetime,
            idle=acting.lifetime if acting else rules.idle,
            origin=origin,
            began=began,
            acting=acting,
        )
        return NewSession(session_id, Secret(token), expires_at)

    async def devices(self, caller: Caller) -> list[Session]:
        """Return the caller's living sessions, most recently used first."""
        door = self._db.system(reason="list the devices of an account")
        return await store.alive(door, caller.account_id)

    async def end(self, caller: Caller, session_id: UUID, origin: Origin) -> None:
        """End one of the caller's sessions; its next request is signed out.

        Raises:
            NoSuchSession: the caller has no such living session, or is an operator
                who ends another than the one that they have.

        """
        if caller.acting and session_id != caller.session_id:
            raise NoSuchSession
        entry = Entry(
            events.END,
            Actor.of(caller),
            Target("session", str(session_id)),
            caller.organization_id,
            origin=origin,
        )
        async with self._db.system(reason="end a session") as tx:
            if not await store.end(tx, caller.account_id, session_id):
                raise NoSuchSession
            await self._audit.record(tx, entry)

    async def go_to(
        self, caller: Caller, organization_id: UUID, origin: Origin
    ) -> NewSession:
        """Let the caller go on in another of their organizations, by a new token.

        Raises:
            NotFound: the caller does not belong there, or it does not exist.

        """
        target = Target("organization", str(organization_id))
        entry = Entry(
            events.SWITCH, Actor.of(caller), target, organization_id, origin=origin
        )
        async with self._db.system(reason="switch to another organization") as tx:
            opened = await self.switch(tx, caller, organization_id)
            await self._audit.record(tx, entry)
        return opened

    async def switch(self, tx: Tx, caller: Caller, organization_id: UUID) -> NewSession:
        """End the caller's session and open one like it in another organization.

        It ends when the earlier one would have. Nothing is put on record here.

        Raises:
            NotFound: the caller does not belong there, their session has ended, or
                their account is shut.

        """
        if not await store.hold_open(tx, caller.account_id):
            raise NotFound
        session_id, token = new_id(), new_token()
        expires_at = await store.switch(
            tx, caller.session_id, session_id, token_digest(token), organization_id
        )
        if expires_at is None:
            raise NotFound
        return NewSession(session_id, Secret(token), expires_at)

    async def note_factor(self, tx: Tx, session_id: UUID) -> None:
        """Note that the session's person has just shown a second factor."""
        await store.note_factor(tx, session_id)

    async def end_others(self, tx: Tx, caller: Caller) -> None:
        """End every session of the caller's account but the one that asks."""
        await store.end_others(tx, caller.account_id, caller.session_id)

    async def end_stolen(self, tx: Tx, session_id: UUID) -> None:
        """End a session of which something may be in other hands."""
        await store.end_stolen(tx, session_id)

    async def touch(self, session_ids: list[UUID]) -> None:
        """Note that sessions were just used, by an app of theirs."""
        await store.touch(
            self._db.system(reason="look up the session of a request"), session_ids
        )

    async def end_all(self, tx: Tx, account_id: UUID) -> None:
        """End every session of an account whose password was replaced."""
        await store.end_others(tx, account_id, None)

    async def _look_up(self, digests: list[bytes]) -> dict[bytes, Caller]:
        door = self._db.system(reason="look up the session of a request")
        fresh = self._settings.fresh
        callers, due = await store.look_up(door, digests, fresh)
        if due:
            await store.touch(door, due)
        return callers


class AllSessions:
    """Every signed-in device of the house, for its operator."""

    def __init__(self, db: Database, audit: AuditLog) -> None:
        """Look at rows in *db*."""
        self._db, self._audit = db, audit

    async def everywhere(self) -> list[KnownSession]:
        """Return every living session, most recently used first, for the operator."""
        return await store.all_alive(self._db.system(reason="show every session"))

    async def end_anywhere(self, session_id: UUID, by: str) -> None:
        """End anybody's session, for the operator; its next request is refused.

        Raises:
            NoSuchSession: no living session is called so.

        """
        target, details = Target("session", str(session_id)), {"by": by}
        async with self._db.system(reason="end a session for the operator") as tx:
            where = await store.end_anywhere(tx, session_id)
            if where is None:
                message = f"no living session has the id {session_id}"
                raise NoSuchSession(message)
            entry = Entry(
                events.END, HOUSE, target, where, details=details, origin=NOWHERE
            )
            await self._audit.record(tx, entry)
