"""The one door behind every way in: what happens once a first factor is proved.

Guards against a way in that forgets the second factor, the record or a disabled
account: whoever proved who they are, however they did, comes through here. It knows
no first factor but the passkey, which is both factors at once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from strongroom.accounts import Account, Accounts
from strongroom.audit import HOUSE, NOBODY, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx, joined
from strongroom.kernel import NOWHERE, NotFound, Origin, Refusal, Secret
from strongroom.limits import Alarms, Limits
from strongroom.notices import FACTORS_RESET, NEW_DEVICE, Notices
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organization, Organizations
from strongroom.outbox import Outbox
from strongroom.passkeys import (
    Passkeys,
    Shown,
    WrongPasskey,
)
from strongroom.passwords import Passwords
from strongroom.sessions import PASSKEY, Beginning, NewSession, Sessions, Way
from strongroom.totp import NoFactor, Standing, Totp

from . import events, policy
from .errors import NoOrganization, PasswordFirst, SignInExpired
from .models import Arrival, WaitingSignIn


@dataclass(frozen=True, slots=True)
class Parts:
    """The lower domains that signing in is composed of."""

    accounts: Accounts
    organizations: Organizations
    limits: Limits
    alarms: Alarms
    passwords: Passwords
    sessions: Sessions
    notices: Notices
    one_time: OneTimeValues
    outbox: Outbox
    totp: Totp
    passkeys: Passkeys


class Entrance:
    """Where a proved person gets a session, or is asked for a second factor."""

    def __init__(self, db: Database, audit: AuditLog, parts: Parts) -> None:
        """Compose *parts*."""
        self._db, self._audit = db, audit
        self._accounts, self._organizations = parts.accounts, parts.organizations
        self._sessions, self._one_time = parts.sessions, parts.one_time
        self._totp, self._passkeys = parts.totp, parts.passkeys
        self._limits, self._notices = parts.limits, parts.notices

    async def admit(
        self, account: Account, way: Way, action: str, origin: Origin
    ) -> Arrival:
        """Open a session for whoever proved to own *account*, or let it wait.

        *way* is how they did, which the session keeps; *action* goes on record.

        Raises:
            NoOrganization: the account belongs nowhere any more.
            AccountFrozen: its owner froze it.
            AccountChanged: its sessions were ended meanwhile.

        """
        # Side by side: whoever waits here has just waited for a hash.
        organization, factors = await asyncio.gather(
            self.organization_of(account), self.factors_of(account.id)
        )
        if factors.is_on:
            return await self._wait(account, way, organization, origin)
        async with self._db.system(reason="open a session") as tx:
            opened = await self._open(
                tx, action, account, organization, origin, Beginning(way)
            )
        return self.arrived(opened, account.email)

    async def welcome(
        self,
        tx: Tx,
        account: Account,
        organization: Organization,
        way: Way,
        origin: Origin,
    ) -> NewSession:
        """Open the first session of an account that was just made in *tx*.

        It has no second factor and no device yet, and its making is on record.
        """
        return await self._sessions.open(
            tx, account.id, organization, origin, Beginning(way)
        )

    async def finish(self, token: Secret, code: Secret, origin: Origin) -> Arrival:
        """Open the session of a waiting sign-in for the right code, once.

        Raises:
            SignInExpired: it waited too long, or was finished already.
            WrongCode: the code is not right.
            CodeUsed: it was, and is used up.
            FactorLocked: too many were wrong.
            NoFactor: the factor was turned off meanwhile.
            AccountFrozen: its owner froze the account.
            NoOrganization: the account belongs nowhere any more.

        """
        account = await self.waiting(token)
        try:
            organization = await self.organization_of(account)
            match = await self._totp.check(account, code, origin)
            async with self._db.system(reason="open a session by two factors") as tx:
                await self._consume(tx, token)
                await self._totp.claim(tx, account, match)
                began = policy.began_by_code(token, match)
                opened = await self._open(
                    tx, events.FINISH, account, organization, origin, began
                )
        except policy.REFUSED as refused:
            await self.refuse(events.FINISH, account, refused, origin)
            raise
        return self.arrived(opened, account.email)

    async def finish_by_passkey(
        self, token: Secret, shown: Shown, origin: Origin
    ) -> Arrival:
        """Open the session of a waiting sign-in for its owner's passkey, once.

        Raises:
            SignInExpired: it waited too long, or was finished already.
            ChallengeSpent: the question is not open to this browser.
            WrongPasskey: it is somebody else's, or was not accepted.
            CounterFell: it counted less than before.
            NoOrganization: the account belongs nowhere any more.

        """
        account = await self.waiting(token)
        try:
            organization = await self.organization_of(account)
            claimed = await self._passkeys.look_up(shown)
            if claimed.owner.id != account.id:
                raise WrongPasskey
            await self._passkeys.verify(claimed, origin)
            async with self._db.system(reason="open a session by two factors") as tx:
                await self._consume(tx, token)
                began = policy.began_by_passkey(token)
                opened = await self._open(
                    tx, events.FINISH, account, organization, origin, began
                )
        except policy.REFUSED as refused:
            await self.refuse(events.FINISH, account, refused, origin)
            raise
        return self.arrived(opened, account.email)

    async def enter(self, shown: Shown, origin: Origin) -> Arrival:
        """Open a session for a passkey alone: having it and unlocking it are two.

        Raises:
            ChallengeSpent: the question is not open to this browser.
            WrongPasskey: nobody has it, or it was not accepted.
            CounterFell: it counted less than before.
            PasswordFirst: the account was frozen since it was made.
            AccountFrozen: its owner froze the account.
            NoOrganization: the account belongs nowhere any more.

        """
        account: Account | None = None
        try:
            claimed = await self._passkeys.look_up(shown)
            account = claimed.owner
            organization = await self.organization_of(account)
            await self._passkeys.verify(claimed, origin)
            if not claimed.passkey.alone:
                raise PasswordFirst
            async with self._db.system(reason="open a session by a passkey") as tx:
                opened = await self._open(
                    tx, events.ENTER, account, organization, origin, Beginning(PASSKEY)
                )
        except policy.REFUSED as refused:
            await self.refuse(events.ENTER, account, refused, origin)
            raise
        return self.arrived(opened, account.email)

    async def factors_of(self, account_id: UUID) -> Standing:
        """Return which second factors an account has."""
        return await self._totp.standing(account_id)

    async def asked_of(self, token: Secret) -> Standing | None:
        """Return by which factors a sign-in can be finished, or None if none waits."""
        try:
            account_id = await self._one_time.find(*policy.waiting_of(token))
        except OneTimeValueSpent:
            return None
        return await self.factors_of(account_id)

    def arrived(self, session: NewSession, email: str) -> Arrival:
        """Return what the browser is given, so that no stranger locks it out later."""
        return policy.arrival_of(session, self._limits.new_device(email))

    async def refuse(
        self, action: str, account: Account | None, refused: Refusal, origin: Origin
    ) -> None:
        """Put a refused sign-in where the account's own organization sees it."""
        where = await self.places_of(account)
        entry = Entry(
            action,
            NOBODY,
            Target("account", str(account.id) if account else None),
            where[0] if where else None,
            outcome="refused",
            reason=refused.code,
            origin=origin,
        )
        await self._audit.refuse(entry)
        refused.on_record = True

    async def organization_of(self, account: Account) -> Organization:
        """Return where a session of *account* begins.

        Raises:
            NoOrganization: it belongs nowhere any more.

        """
        memberships = await self._organizations.of(account.id)
        if not memberships:
            raise NoOrganization
        return memberships[0].organization

    async def places_of(self, account: Account | None) -> list[UUID]:
        """Return every organization that *account* belongs to."""
        memberships = await self._organizations.of(account.id) if account else []
        return [each.organization.id for each in memberships]

    async def _wait(
        self, account: Account, way: Way, organization: Organization, origin: Origin
    ) -> Arrival:
        lifetime, purpose = policy.WAITING_LIFETIME, policy.waiting_after(way)
        entry = entry_of(events.AWAIT_FACTOR, account, organization.id, origin)
        async with self._db.system(reason="let a sign-in wait for its code") as tx:
            await self._accounts.require_unchanged(tx, account)
            token = await self._one_time.mint(tx, purpose, account.id, lifetime)
            await self._audit.record(tx, entry)
        ticket = policy.ticket_of(way, token)
        return Arrival(None, [policy.wait_cookie(WaitingSignIn(ticket, lifetime))])

    async def _open(
        self,
        tx: Tx,
        action: str,
        account: Account,
        organization: Organization,
        origin: Origin,
        began: Beginning,
    ) -> NewSession:
        """Stop at an account that changed; tell the owner of a device that is new."""
        await self._accounts.require_unchanged(tx, account)
        async with joined(tx) as trip:
            if not self._limits.knows(account.email, origin.device):
                await self._notices.notify(trip, account, NEW_DEVICE, origin)
            entry = entry_of(action, account, organization.id, origin, began.told())
            await self._audit.record(trip, entry)
            place = (account.id, organization, origin, began)
            return await self._sessions.open(trip, *place)

    async def waiting(self, token: Secret) -> Account:
        """Return whose sign-in waits for a second factor, and count an attempt.

        Raises:
            SignInExpired: it waited too long, or was finished already.

        """
        try:
            account_id = await self._one_time.attempt(*policy.waiting_of(token))
        except OneTimeValueSpent:
            raise SignInExpired from None
        account = await self._accounts.find_by_id(account_id)
        if account is None or account.disabled:
            raise SignInExpired
        return account

    async def _consume(self, tx: Tx, token: Secret) -> None:
        try:
            await self._one_time.consume(tx, *policy.waiting_of(token))
        except OneTimeValueSpent:
            raise SignInExpired from None


class Desk:
    """What the operator does for accounts, by command: help, shut out, let back."""

    def __init__(
        self, db: Database, audit: AuditLog, parts: Parts, entrance: Entrance
    ) -> None:
        """Compose *parts*."""
        self._db, self._audit, self._parts = db, audit, parts
        self._entrance = entrance

    async def reset_factors(self, email: str, by: str) -> None:
        """Remove every second factor of somebody who lost them, for the operator.

        Every session ends, and the owner is told.

        Raises:
            NotFound: there is no such account.
            NoFactor: it has no second factor.

        """
        account = await self._known(email)
        async with self._db.system(reason="remove lost second factors") as tx:
            await self._forget_factors(tx, account)
            await self._parts.sessions.end_all(tx, account.id)
            await self._parts.notices.notify(tx, account, FACTORS_RESET)
            await self._record_by(tx, events.RESET, account, by)

    async def shut_out(self, email: str, by: str) -> None:
        """Disable an account for the operator; sessions and mailed links end at once.

        Its API keys are refused for as long as it is disabled.

        Raises:
            NotFound: there is no such account.

        """
        account = await self._known(email)
        async with self._db.system(reason="disable an account") as tx:
            await self._parts.accounts.disable(tx, account.id)
            await self._parts.sessions.end_all(tx, account.id)
            await self._parts.one_time.void_all(tx, account.id)
            await self._record_by(tx, events.DISABLE, account, by)

    async def let_back(self, email: str, by: str) -> None:
        """Enable an account again for the operator; its owner signs in anew.

        Raises:
            NotFound: there is no such account.

        """
        account = await self._known(email)
        async with self._db.system(reason="enable an account again") as tx:
            await self._parts.accounts.enable(tx, account.id)
            await self._record_by(tx, events.ENABLE, account, by)

    async def _known(self, email: str) -> Account:
        account = await self._parts.accounts.find(email)
        if account is None:
            message = f"there is no account of {email}"
            raise NotFound(message)
        return account

    async def _record_by(self, tx: Tx, action: str, account: Account, by: str) -> None:
        """Put it where each of the account's organizations sees it."""
        target, details = Target("account", str(account.id)), {"by": by}
        places: Sequence[UUID | None] = await self._entrance.places_of(account)
        for where in places or [None]:
            entry = Entry(action, HOUSE, target, where, details=details, origin=NOWHERE)
            await self._audit.record(tx, entry)

    async def _forget_factors(self, tx: Tx, account: Account) -> None:
        had_app = await self._parts.totp.remove(tx, account.id)
        had_passkey = await self._parts.passkeys.remove_all(tx, account.id)
        if not (had_app or had_passkey):
            message = f"{account.email} has no second factor"
            raise NoFactor(message)
        await self._parts.totp.forget_idle_codes(tx, account.id)


def entry_of(
    action: str,
    account: Account,
    organization_id: UUID,
    origin: Origin,
    details: Mapping[str, str] | None = None,
) -> Entry:
    """Return the entry of what *account* did to itself."""
    actor = Actor("account", account.id, account.email)
    target, told = Target("account", str(account.id)), dict(details or {})
    return Entry(action, actor, target, organization_id, details=told, origin=origin)
