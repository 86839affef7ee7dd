"""Signing up, in and out.

Guards against learning who has an account, against taking over an address before
its owner confirms it, and against sessions without proof. Factors stay blind to
each other; only this module composes them.
"""

import asyncio

from strongroom.accounts import Account, normalise_email
from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.entrance import (
    REFUSED,
    Arrival,
    Entrance,
    Parts,
    entry_of,
)
from strongroom.kernel import Caller, Origin, Secret, new_id
from strongroom.limits import Attempt
from strongroom.notices import NOT_ME, PASSWORD_CHANGED
from strongroom.one_time import OneTimeValueSpent
from strongroom.organizations import require_name
from strongroom.passwords import WrongPassword
from strongroom.sessions import PASSWORD, Beginning

from . import events, policy, store
from .errors import WrongCredentials
from .models import Credentials, Known, PasswordChange, SignUp, WaitingSignUp
from .settings import SignInSettings


class SignIn:
    """The ways in."""

    def __init__(
        self,
        db: Database,
        audit: AuditLog,
        parts: Parts,
        entrance: Entrance,
        settings: SignInSettings,
    ) -> None:
        """Compose *parts*; links in mails begin with the configured address."""
        self._db, self._audit, self._settings = db, audit, settings
        self._entrance = entrance
        self._accounts, self._organizations = parts.accounts, parts.organizations
        self._limits, self._alarms = parts.limits, parts.alarms
        self._passwords, self._sessions = parts.passwords, parts.sessions
        self._one_time, self._outbox = parts.one_time, parts.outbox
        self._notices = parts.notices

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

    async def verify(self, token: Secret, password: Secret, origin: Origin) -> Arrival:
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
            told = Beginning(PASSWORD).told()
            entry = entry_of(events.VERIFY, account, organization.id, origin, told)
            await self._audit.record(tx, entry)
            opened = await self._entrance.welcome(
                tx, account, organization, PASSWORD, origin
            )
        return self._entrance.arrived(opened, account.email)

    async def sign_in(self, credentials: Credentials, origin: Origin) -> Arrival:
        """Open a session for the right password, or let it wait for a second factor.

        Raises:
            WrongCredentials: unknown address, wrong password or disabled account.
            NoOrganization: the account belongs nowhere any more.
            LimitReached: there were too many wrong ones; the password is not looked at.

        """
        guess, known = await asyncio.gather(
            self._limits.admit_guess(credentials.email, credentials.device),
            self._find_known(credentials.email),
        )
        account = known.account
        try:
            account = await self._prove(known, credentials.password)
            entered, _ = await asyncio.gather(
                self._entrance.admit(account, PASSWORD, events.SIGN_IN, origin),
                self._limits.give_back(guess),
            )
        except (WrongCredentials, *REFUSED) as refused:
            await self._entrance.refuse(events.SIGN_IN, account, refused, origin)
            if isinstance(refused, WrongCredentials):
                await self._look_for_attack(credentials, account, origin)
            raise
        return entered

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
        entry = entry_of(events.CHANGE_PASSWORD, account, organization_id, origin)
        async with self._db.system(reason="change a password") as tx:
            await self._sessions.end_others(tx, caller)
            await self._passwords.put(tx, caller.account_id, verifier)
            await self._one_time.void_all(tx, caller.account_id, but=(NOT_ME,))
            await self._notices.notify(tx, account, PASSWORD_CHANGED, origin)
            await self._audit.record(tx, entry)

    async def _find_known(self, email: str) -> Known:
        door = self._db.system(reason="find the account that signs in")
        return await store.find_known(door, normalise_email(email))

    async def _prove(self, known: Known, password: Secret) -> Account:
        account = known.account
        account_id = account.id if account else None
        try:
            await self._passwords.prove_by(known.verifier, account_id, password)
        except WrongPassword:
            raise WrongCredentials from None
        if account is None or account.disabled:
            raise WrongCredentials
        return account

    async def _look_for_attack(
        self, credentials: Credentials, account: Account | None, origin: Origin
    ) -> None:
        where, person = (
            await self._entrance.places_of(account),
            account.id if account else None,
        )
        attempt = Attempt(credentials.email, origin, person, where)
        await self._alarms.note_wrong_password(attempt)

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
