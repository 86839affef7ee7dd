"""Signing up, in and out.

Guards against learning who has an account, against taking over an address before
its owner confirms it, and against sessions without proof. Factors stay blind to
each other; only this module composes them.
"""

from dataclasses import dataclass
from uuid import UUID

from strongroom.accounts import Account, Accounts, normalise_email
from strongroom.audit import NOBODY, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import Caller, Origin, Refusal, Secret, new_id
from strongroom.limits import Alarms, Attempt, Limits
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organization, Organizations, require_name
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords, WrongPassword
from strongroom.sessions import NewSession, Sessions
from strongroom.totp import CodeUsed, FactorLocked, NoFactor, Totp, WrongCode

from . import events, policy, store
from .errors import NoOrganization, SignInExpired, WrongCredentials
from .models import (
    Credentials,
    Finished,
    PasswordChange,
    SignUp,
    WaitingSignIn,
    WaitingSignUp,
)
from .settings import SignInSettings


REFUSED = (
    WrongCredentials,
    NoOrganization,
    WrongCode,
    CodeUsed,
    FactorLocked,
    NoFactor,
)
"""What a sign-in ends with that its account's own organization should see."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The lower domains that signing in is composed of."""

    accounts: Accounts
    organizations: Organizations
    limits: Limits
    alarms: Alarms
    passwords: Passwords
    sessions: Sessions
    one_time: OneTimeValues
    outbox: Outbox
    totp: Totp


class SignIn:
    """The ways in."""

    def __init__(
        self, db: Database, audit: AuditLog, parts: Parts, settings: SignInSettings
    ) -> None:
        """Compose *parts*; links in mails begin with the configured address."""
        self._db, self._audit, self._settings = db, audit, settings
        self._accounts, self._organizations = parts.accounts, parts.organizations
        self._limits, self._alarms = parts.limits, parts.alarms
        self._passwords, self._sessions = parts.passwords, parts.sessions
        self._one_time, self._outbox = parts.one_time, parts.outbox
        self._totp = parts.totp

    async def sign_up(self, wanted: SignUp, origin: Origin) -> None:
        """Write to the address; whether it has an account stays between us and it.

        Raises:
            EmailInvalid: it is no address.
            NameInvalid: the organization cannot be called that.
            PasswordRefused: the rules refuse the password.
            LimitReached: too much was mailed to the address already.

        """
        email, name = normalise_email(wanted.email), require_name(wanted.organization)
        await self._limits.admit_mail(email)
        context = (self._settings.service_name, name, email)
        verifier = await self._passwords.choose(wanted.password, context)
        known = await self._accounts.find(email)
        waiting = WaitingSignUp(new_id(), email, verifier, name)
        target = Target("sign-up", str(waiting.id))
        entry = Entry(events.SIGN_UP, Actor("nobody"), target, origin=origin)
        async with self._db.system(reason="keep a sign-up until confirmed") as tx:
            await self._write_to(tx, waiting, known)
            await self._audit.record(tx, entry)

    async def verify(
        self, token: Secret, password: Secret, origin: Origin
    ) -> NewSession:
        """Confirm an address with the password chosen for it, and sign in.

        The password is asked for again: whoever clicks a link that somebody else
        asked for must not confirm that somebody's password.

        Raises:
            OneTimeValueSpent: the link is used up or expired.
            WrongPassword: it is not the one of this sign-up.

        """
        waiting = await self._waiting(token)
        await self._passwords.check(waiting.verifier, password)
        async with self._db.system(reason="make a confirmed account") as tx:
            await self._one_time.consume(tx, policy.SIGN_UP, token)
            account = await self._accounts.create(tx, waiting.email)
            await self._passwords.put(tx, account.id, waiting.verifier)
            organization = await self._organizations.found(
                tx, waiting.organization_name, account.id
            )
            await store.delete(tx, waiting.email)
            entry = _entry(events.VERIFY, account, organization.id, origin)
            await self._audit.record(tx, entry)
            return await self._sessions.open(tx, account.id, organization, origin)

    async def sign_in(
        self, credentials: Credentials, origin: Origin
    ) -> NewSession | WaitingSignIn:
        """Open a session for the right password, or let it wait for a second factor.

        Raises:
            WrongCredentials: unknown address, wrong password or disabled account.
            NoOrganization: the account belongs nowhere any more.
            LimitReached: there were too many wrong ones; the password is not looked at.

        """
        guess = await self._limits.admit_guess(credentials.email, credentials.device)
        account = await self._accounts.find(credentials.email)
        try:
            account = await self._prove(account, credentials.password)
            organization = await self._organization_of(account)
        except REFUSED as refused:
            await self._refuse(events.SIGN_IN, account, refused, origin)
            if isinstance(refused, WrongCredentials):
                await self._look_for_attack(credentials, account, origin)
            raise
        await self._limits.give_back(guess)
        if (await self._totp.standing(account.id)).is_on:
            return await self._wait(account, organization, origin)
        entry = _entry(events.SIGN_IN, account, organization.id, origin)
        async with self._db.system(reason="open a session") as tx:
            await self._audit.record(tx, entry)
            return await self._sessions.open(tx, account.id, organization, origin)

    async def finish(self, token: Secret, code: Secret, origin: Origin) -> Finished:
        """Open the session of a waiting sign-in for the right code, once.

        Raises:
            SignInExpired: it waited too long, or was finished already.
            WrongCode: the code is not right.
            CodeUsed: it was, and is used up.
            FactorLocked: too many were wrong.
            NoFactor: the factor was turned off meanwhile.
            NoOrganization: the account belongs nowhere any more.

        """
        account = await self._waiting_account(token)
        try:
            organization = await self._organization_of(account)
            match = await self._totp.check(account, code, origin)
            entry = _entry(events.FINISH, account, organization.id, origin)
            async with self._db.system(reason="open a session by two factors") as tx:
                await self._consume(tx, token)
                await self._totp.claim(tx, account, match)
                await self._audit.record(tx, entry)
                opened = await self._sessions.open(
                    tx, account.id, organization, origin, by_factor=True
                )
        except REFUSED as refused:
            await self._refuse(events.FINISH, account, refused, origin)
            raise
        return Finished(opened, account.email)

    async def change_password(
        self, caller: Caller, change: PasswordChange, origin: Origin
    ) -> None:
        """Change the caller's password and end its other sessions.

        Raises:
            WrongPassword: the current password is not right.
            PasswordRefused: the rules refuse the new one.

        """
        await self._passwords.prove(caller.account_id, change.current)
        name = self._settings.service_name
        context = (name, caller.organization_name, caller.email)
        verifier = await self._passwords.choose(change.new, context)
        account = Account(caller.account_id, caller.email)
        organization_id = caller.organization_id
        entry = _entry(events.CHANGE_PASSWORD, account, organization_id, origin)
        async with self._db.system(reason="change a password") as tx:
            await self._passwords.put(tx, caller.account_id, verifier)
            await self._sessions.end_others(tx, caller)
            await self._one_time.void(tx, policy.WAITING, caller.account_id)
            await self._audit.record(tx, entry)

    async def _wait(
        self, account: Account, organization: Organization, origin: Origin
    ) -> WaitingSignIn:
        lifetime = policy.WAITING_LIFETIME
        entry = _entry(events.AWAIT_FACTOR, account, organization.id, origin)
        async with self._db.system(reason="let a sign-in wait for its code") as tx:
            token = await self._one_time.mint(tx, policy.WAITING, account.id, lifetime)
            await self._audit.record(tx, entry)
        return WaitingSignIn(token, lifetime)

    async def _waiting_account(self, token: Secret) -> Account:
        try:
            account_id = await self._one_time.attempt(policy.WAITING, token)
        except OneTimeValueSpent:
            raise SignInExpired from None
        account = await self._accounts.find_by_id(account_id)
        if account is None or account.disabled:
            raise SignInExpired
        return account

    async def _consume(self, tx: Tx, token: Secret) -> None:
        try:
            await self._one_time.consume(tx, policy.WAITING, token)
        except OneTimeValueSpent:
            raise SignInExpired from None

    async def _organization_of(self, account: Account) -> Organization:
        memberships = await self._organizations.of(account.id)
        if not memberships:
            raise NoOrganization
        return memberships[0].organization

    async def _prove(self, account: Account | None, password: Secret) -> Account:
        try:
            await self._passwords.prove(account.id if account else None, password)
        except WrongPassword:
            raise WrongCredentials from None
        if account is None or account.disabled:
            raise WrongCredentials
        return account

    def remember(self, email: str) -> Secret:
        """Return what a device shows from now on, so that no stranger locks it out."""
        return self._limits.new_device(email)

    async def _refuse(
        self, action: str, account: Account | None, refused: Refusal, origin: Origin
    ) -> None:
        """Put a refused sign-in where the account's own organization sees it."""
        where = await self._places_of(account)
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

    async def _look_for_attack(
        self, credentials: Credentials, account: Account | None, origin: Origin
    ) -> None:
        where, person = await self._places_of(account), account.id if account else None
        attempt = Attempt(credentials.email, origin, person, where)
        await self._alarms.note_wrong_password(attempt)

    async def _places_of(self, account: Account | None) -> list[UUID]:
        memberships = await self._organizations.of(account.id) if account else []
        return [each.organization.id for each in memberships]

    async def _waiting(self, token: Secret) -> WaitingSignUp:
        sign_up_id = await self._one_time.attempt(policy.SIGN_UP, token)
        door = self._db.system(reason="find the sign-up behind a link")
        waiting = await store.find(door, sign_up_id)
        if waiting is None:
            raise OneTimeValueSpent
        return waiting

    async def _write_to(
        self, tx: Tx, waiting: WaitingSignUp, known: Account | None
    ) -> None:
        settings = self._settings
        if known is not None:
            link = f"{settings.public_url}/sign-in"
            mail = policy.already_known(settings.service_name, link)
        else:
            await store.insert(tx, waiting)
            token = await self._one_time.mint(
                tx, policy.SIGN_UP, waiting.id, policy.LINK_LIFETIME
            )
            link = f"{settings.public_url}/verify?token={token.reveal()}"
            mail = policy.confirmation(settings.service_name, link)
        await self._outbox.post(tx, waiting.email, *mail)


def _entry(
    action: str, account: Account, organization_id: UUID, origin: Origin
) -> Entry:
    actor = Actor("account", account.id, account.email)
    target = Target("account", str(account.id))
    return Entry(action, actor, target, organization_id, origin=origin)
