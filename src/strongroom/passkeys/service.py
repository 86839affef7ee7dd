"""Passkeys: make one, show one, name it, remove it.

Guards against phishing, replay and copies: a question is open for one browser and one
answer, the answer is signed for this very site by a verified person, and a counter
that fell is refused and told. It opens no session; see ``strongroom.entrance``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from strongroom.accounts import Account, Accounts
from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import Caller, Clock, Origin, Secret, new_id, utc_now
from strongroom.limits import Alarms, Attempt, Words
from strongroom.notices import PASSKEY_ADDED, PASSKEY_REMOVED, Notice, Notices
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organizations
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords
from strongroom.sessions import Sessions
from strongroom.totp import Totp

from . import events, policy, store
from .errors import (
    ChallengeSpent,
    CounterFell,
    NoSuchPasskey,
    PasskeyKnown,
    TooManyPasskeys,
    WrongPasskey,
)
from .models import Asked, Claimed, Known, Passkey, Registered, Shown


SPENT = "answer a passkey's question"
KEPT = timedelta(seconds=2 * policy.LIFETIME_SECONDS)
"""For so long an answered question is remembered: longer than it is open."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What passkeys are composed of."""

    accounts: Accounts
    organizations: Organizations
    audit: AuditLog
    outbox: Outbox
    notices: Notices
    alarms: Alarms
    one_time: OneTimeValues
    passwords: Passwords
    sessions: Sessions
    totp: Totp


class Passkeys:
    """The passkeys of accounts."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        words: Words,
        secret: bytes,
        clock: Clock = utc_now,
    ) -> None:
        """Keep public keys in *db*, and sign questions under *secret*."""
        self._db, self._parts, self._words = db, parts, words
        self._secret, self._clock = secret, clock
        self._site = policy.site_of(words.public_url, words.service_name)

    async def of(self, caller: Caller) -> list[Passkey]:
        """Return the caller's passkeys, oldest first."""
        door = self._db.system(reason="list the passkeys of an account")
        return await store.of_account(door, caller.account_id)

    async def enrol(self, caller: Caller, password: Secret, origin: Origin) -> Asked:
        """Return what the caller's browser needs to make a passkey.

        Raises:
            WrongPassword: it is not the caller's.

        """
        await self._parts.passwords.prove(caller.account_id, password)
        account_id = caller.account_id
        async with self._db.system(reason="begin with a passkey") as tx:
            handle = await store.handle_of(tx, account_id, policy.new_handle())
            await self._record(tx, events.ENROL, caller, origin)
        door = self._db.system(reason="leave out passkeys that exist")
        known = await store.credential_ids(door, account_id)
        token = self._question(policy.REGISTER, account_id)
        options = policy.creation_options(
            self._site, caller.email, handle, token, known
        )
        return Asked(options, policy.challenge_cookie(token))

    async def register(
        self, caller: Caller, name: str, shown: Shown, origin: Origin
    ) -> Registered:
        """Keep a new passkey; return recovery codes if it is the first second factor.

        Every other session of the account then ends too.

        Raises:
            Invalid: the name is empty or too long.
            ChallengeSpent: the question is not open to this browser and account.
            WrongPasskey: it was made elsewhere, or without verifying the person.
            PasskeyKnown: it is registered already.
            TooManyPasskeys: the account has no room.

        """
        called = policy.require_name(name)
        subject = await self._answered(policy.REGISTER, shown.challenge)
        if subject != caller.account_id:
            raise ChallengeSpent
        challenge = policy.challenge_bytes(shown.challenge)
        made = policy.check_new(self._site, challenge, shown.credential)
        passkey = Known(
            id=new_id(),
            account_id=subject,
            handle=b"",
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )
        codes = await self._keep(caller, passkey, called, shown.credential, origin)
        return Registered(passkey.id, codes)

    async def rename(
        self, caller: Caller, passkey_id: UUID, name: str, origin: Origin
    ) -> None:
        """Call one of the caller's passkeys *name*.

        Raises:
            Invalid: the name is empty or too long.
            NoSuchPasskey: the caller has none such.

        """
        called = policy.require_name(name)
        async with self._db.system(reason="rename a passkey") as tx:
            if not await store.rename(tx, caller.account_id, passkey_id, called):
                raise NoSuchPasskey
            await self._record(tx, events.RENAME, caller, origin, passkey_id)

    async def remove(self, caller: Caller, passkey_id: UUID, origin: Origin) -> None:
        """Forget one of the caller's passkeys.

        With the account's last second factor its recovery codes go too.

        Raises:
            NoSuchPasskey: the caller has none such.

        """
        async with self._db.system(reason="remove a passkey") as tx:
            if not await store.remove(tx, caller.account_id, passkey_id):
                raise NoSuchPasskey
            await self._parts.totp.forget_idle_codes(tx, caller.account_id)
            await self._record(tx, events.REMOVE, caller, origin, passkey_id)
            await self._notify(tx, caller, PASSKEY_REMOVED, origin)

    async def remove_all(self, tx: Tx, account_id: UUID) -> bool:
        """Forget every passkey of an account; say whether it had one."""
        return await store.remove_all(tx, account_id)

    async def distrust(self, tx: Tx, account_id: UUID) -> None:
        """Let an account's passkeys finish a sign-in, and begin none by themselves.

        For an account that its owner froze: one of them may be the thief's.
        """
        await store.distrust(tx, account_id)

    async def ask(self, caller: Caller | None) -> Asked:
        """Return what a browser needs to show a passkey: the caller's, or anybody's.

        Nothing is written: whoever only looks at a page leaves no row. A program, or
        an operator in somebody's place, has none to show, and is told of none.
        """
        door = self._db.system(reason="name the passkeys to choose from")
        known: Sequence[bytes] = ()
        if caller is not None and caller.scopes is None and caller.acting is None:
            known = await store.credential_ids(door, caller.account_id)
        token = self._question(policy.SHOW, policy.NOBODY)
        options = policy.request_options(self._site, token, known)
        return Asked(options, policy.challenge_cookie(token))

    async def look_up(self, shown: Shown) -> Claimed:
        """Return whose passkey is shown, and spend the question; nothing is proved.

        Raises:
            ChallengeSpent: the question is not open to this browser.
            WrongPasskey: nobody has this passkey, or its owner is disabled.

        """
        await self._answered(policy.SHOW, shown.challenge)
        door = self._db.system(reason="find whose passkey is shown")
        passkey = await store.find(door, policy.id_in(shown.credential))
        if passkey is None:
            raise WrongPasskey
        owner = await self._parts.accounts.find_by_id(passkey.account_id)
        if owner is None or owner.disabled:
            raise WrongPasskey
        challenge = policy.challenge_bytes(shown.challenge)
        return Claimed(owner, passkey, challenge, shown.credential)

    async def verify(self, claimed: Claimed, origin: Origin) -> None:
        """Accept what was signed, and let the passkey count on.

        Raises:
            WrongPasskey: it was signed elsewhere, for another question or account,
                by another key, or without verifying the person.
            CounterFell: it counted less than before.

        """
        passkey = claimed.passkey
        signed = policy.check_shown(
            self._site, claimed.challenge, passkey, claimed.credential
        )
        async with self._db.system(reason="let a passkey count on") as tx:
            counted = await store.claim_count(tx, passkey.id, signed.new_sign_count)
        if not counted:
            await self._tell_of_copy(claimed.owner, passkey.id, origin)
            raise CounterFell

    async def step_up(self, caller: Caller, shown: Shown, origin: Origin) -> None:
        """Let the caller's session do what asks for a fresh second factor.

        Raises:
            ChallengeSpent: the question is not open to this browser.
            WrongPasskey: it is somebody else's, or was not accepted.
            CounterFell: it counted less than before.

        """
        claimed = await self.look_up(shown)
        if claimed.owner.id != caller.account_id:
            raise WrongPasskey
        await self.verify(claimed, origin)
        async with self._db.system(reason="note that a passkey was shown") as tx:
            await self._parts.sessions.note_factor(tx, caller.session_id)
            passkey_id = claimed.passkey.id
            await self._record(tx, events.STEP_UP, caller, origin, passkey_id)

    def _question(self, purpose: str, subject: UUID) -> Secret:
        now = self._clock().timestamp()
        return policy.new_challenge(self._secret, purpose, subject, now)

    async def _answered(self, purpose: str, token: Secret) -> UUID:
        """Return whom a question is for, and let nobody answer it again."""
        now = self._clock().timestamp()
        subject = policy.read_challenge(self._secret, purpose, token, now)
        try:
            await self._parts.one_time.spend(SPENT, token, subject, KEPT)
        except OneTimeValueSpent:
            raise ChallengeSpent from None
        return subject

    async def _keep(
        self,
        caller: Caller,
        passkey: Known,
        name: str,
        credential: Mapping[str, Any],
        origin: Origin,
    ) -> Sequence[Secret]:
        parts, transports = self._parts, policy.transports_in(credential)
        async with self._db.system(reason="keep a new passkey") as tx:
            if not await store.insert(tx, passkey, name, transports, policy.MOST):
                raise await self._why_not(passkey)
            codes = await parts.totp.first_codes(tx, caller.account_id)
            if codes:
                await parts.sessions.end_others(tx, caller)
            await parts.sessions.note_factor(tx, caller.session_id)
            await self._record(tx, events.REGISTER, caller, origin, passkey.id)
            await self._notify(tx, caller, PASSKEY_ADDED, origin)
        return codes

    async def _why_not(self, passkey: Known) -> PasskeyKnown | TooManyPasskeys:
        door = self._db.system(reason="say why a passkey was not kept")
        known = await store.find(door, passkey.credential_id)
        return PasskeyKnown() if known else TooManyPasskeys()

    async def _tell_of_copy(
        self, owner: Account, passkey_id: UUID, origin: Origin
    ) -> None:
        memberships = await self._parts.organizations.of(owner.id)
        where = [each.organization.id for each in memberships]
        target = Target("passkey", str(passkey_id))
        home = where[0] if where else None
        entry = Entry(events.COPIED, HOUSE, target, home, origin=origin)
        async with self._db.system(reason="tell of a passkey that was copied") as tx:
            await self._parts.audit.record(tx, entry)
            link = self._words.public_url + "/console/passkeys"
            mail = policy.copied(self._words.service_name, link)
            await self._parts.outbox.post(tx, owner.email, *mail)
        attempt = Attempt(owner.email, origin, owner.id, where)
        await self._parts.alarms.note_copied_passkey(attempt)

    async def _record(
        self,
        tx: Tx,
        action: str,
        caller: Caller,
        origin: Origin,
        passkey_id: UUID | None = None,
    ) -> None:
        target = Target("account", str(caller.account_id))
        if passkey_id is not None:
            target = Target("passkey", str(passkey_id))
        where = caller.organization_id
        entry = Entry(action, Actor.of(caller), target, where, origin=origin)
        await self._parts.audit.record(tx, entry)

    async def _notify(
        self, tx: Tx, caller: Caller, what: Notice, origin: Origin
    ) -> None:
        account = Account(caller.account_id, caller.email)
        await self._parts.notices.notify(tx, account, what, origin)
