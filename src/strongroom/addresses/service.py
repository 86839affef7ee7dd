"""A change of address: asked inside, confirmed at the new one, undone from the old one.

Guards against an account that is carried away by its address, against learning who
has an account, and against a link that works twice. It is asked with the password. A
link to confirm stands for the account, so whatever ends the account's links ends it.
"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from strongroom.accounts import normalise_email
from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.entrance import Parts
from strongroom.kernel import Caller, Origin, Secret, new_id
from strongroom.limits import Words
from strongroom.notices import NOT_ME
from strongroom.one_time import OneTimeValueSpent
from strongroom.recovery import Recovery

from . import events, policy, store
from .models import AddressChange, WantedAddress


Mail = Callable[[str, str], tuple[str, str]]
"""Makes subject and text of the service's name and a link."""


class Addresses:
    """The way from one address to another, and back."""

    def __init__(
        self,
        db: Database,
        audit: AuditLog,
        parts: Parts,
        recovery: Recovery,
        words: Words,
    ) -> None:
        """Compose *parts*; links in mails begin with the address in *words*."""
        self._db, self._audit, self._words = db, audit, words
        self._parts, self._recovery = parts, recovery

    async def ask(self, caller: Caller, wanted: WantedAddress, origin: Origin) -> None:
        """Write to the new address; whether it has an account is not told.

        Raises:
            WrongPassword: it is not the caller's.
            EmailInvalid: it is no address.
            LimitReached: too much was mailed to the address already.
            AccountFrozen: its owner froze the account meanwhile.

        """
        parts, email = self._parts, normalise_email(wanted.email)
        await parts.passwords.prove(caller.account_id, wanted.password)
        await parts.limits.admit_mail(email)
        taken = await parts.accounts.find(email) is not None
        change = AddressChange(new_id(), caller.account_id, caller.email, email)
        target = Target("account", str(caller.account_id))
        where, actor = caller.organization_id, Actor.of(caller)
        async with self._db.system(reason="keep a change of address") as tx:
            token = await self._keep(tx, change)
            link = f"/confirm-address?token={token.reveal()}"
            mail = policy.taken if taken else policy.confirmation
            await self._post(tx, email, mail, "/sign-in" if taken else link)
            entry = Entry(events.ASK, actor, target, where, origin=origin)
            await self._audit.record(tx, entry)

    async def confirm(
        self, token: Secret, caller: Caller | None, origin: Origin
    ) -> None:
        """Move the account, end every other session, and tell the old address.

        Raises:
            OneTimeValueSpent: the link is used up or expired, the account has moved,
                or the address is taken.

        """
        change, parts = await self._asked(token), self._parts
        async with self._db.system(reason="change an address") as tx:
            await parts.one_time.consume(tx, policy.CONFIRM, token)
            await self._move(tx, change, change.old_email, change.new_email)
            if caller is not None and _is_owner(caller, change):
                await parts.sessions.end_others(tx, caller)
            else:
                await parts.sessions.end_all(tx, change.account_id)
            await parts.one_time.void_all(tx, change.account_id, but=(NOT_ME,))
            undo = await parts.one_time.mint(
                tx, policy.UNDO, change.id, policy.UNDO_LIFETIME
            )
            link = f"/undo-address?token={undo.reveal()}"
            await self._post(tx, change.old_email, policy.moved, link)
            entry = await self._entry(events.CHANGE, change, change.new_email, origin)
            await self._audit.record(tx, entry)

    async def undo(self, token: Secret, origin: Origin) -> None:
        """Move the account back from wherever it is, shut all out, mail the way in.

        Raises:
            OneTimeValueSpent: the link is used up or expired, an earlier change was
                undone, or the address is taken.

        """
        change, parts = await self._moved(token), self._parts
        async with self._db.system(reason="undo a change of address") as tx:
            await parts.one_time.consume(tx, policy.UNDO, token)
            # However far the account was carried on: who had it before has it again,
            # and no link of a later address undoes that.
            present = await store.hold(tx, change.account_id)
            if present is None or not await store.take_back(tx, change):
                raise OneTimeValueSpent
            await self._move(tx, change, present, change.old_email)
            await self._recovery.shut_out(tx, change.account_id)
            entry = await self._entry(events.UNDO, change, change.old_email, origin)
            await self._audit.record(tx, entry)
        # The link is the house's own act: the request has its entry already.
        await self._recovery.ask(change.old_email, replace(origin, request_id=None))

    async def _keep(self, tx: Tx, change: AddressChange) -> Secret:
        """Keep the account's one living change, and return what confirms it."""
        one_time, account_id = self._parts.one_time, change.account_id
        await store.hold(tx, account_id)
        await self._parts.accounts.require_open(tx, account_id)
        await store.insert(tx, change)
        await one_time.void(tx, policy.CONFIRM, account_id)
        lifetime = policy.CONFIRM_LIFETIME
        return await one_time.mint(tx, policy.CONFIRM, account_id, lifetime)

    async def _asked(self, token: Secret) -> AddressChange:
        account_id = await self._parts.one_time.attempt(policy.CONFIRM, token)
        door = self._db.system(reason="find the change of address behind a link")
        return _require(await store.newest(door, account_id))

    async def _moved(self, token: Secret) -> AddressChange:
        change_id = await self._parts.one_time.attempt(policy.UNDO, token)
        door = self._db.system(reason="find the change of address to undo")
        return _require(await store.find(door, change_id))

    async def _move(self, tx: Tx, change: AddressChange, old: str, new: str) -> None:
        """An account that has moved on meanwhile is not moved by an old link."""
        if not await self._parts.accounts.move(tx, change.account_id, old, new):
            raise OneTimeValueSpent

    async def _entry(
        self, action: str, change: AddressChange, email: str, origin: Origin
    ) -> Entry:
        where = await self._organization_of(change.account_id)
        actor = Actor("account", change.account_id, email)
        target = Target("account", str(change.account_id))
        return Entry(action, actor, target, where, origin=origin)

    async def _organization_of(self, account_id: UUID) -> UUID | None:
        memberships = await self._parts.organizations.of(account_id)
        return memberships[0].organization.id if memberships else None

    async def _post(self, tx: Tx, address: str, mail: Mail, path: str) -> None:
        words = mail(self._words.service_name, self._words.public_url + path)
        await self._parts.outbox.post(tx, address, *words)


def _is_owner(caller: Caller, change: AddressChange) -> bool:
    """Say whether *caller* is whose account moves; an operator as them is not."""
    return caller.acting is None and caller.account_id == change.account_id


def _require(change: AddressChange | None) -> AddressChange:
    if change is None:
        raise OneTimeValueSpent
    return change
