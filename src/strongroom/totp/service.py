"""Second factors: enrol, turn on, ask for a code, turn off.

Guards against whoever knows the password: a seed is sealed, a code works once and
guesses are counted before they are looked at, in a transaction that no refusal undoes.
It opens no session; see ``strongroom.signin``.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from strongroom.accounts import Account, Accounts
from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import NOWHERE, Caller, Clock, Origin, Secret, utc_now
from strongroom.limits import Alarms, Attempt, Words
from strongroom.notices import (
    CODE_USED,
    CODES_RENEWED,
    FACTOR_ADDED,
    FACTOR_REMOVED,
    Notice,
    Notices,
)
from strongroom.organizations import Organizations
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords
from strongroom.sessions import Sessions
from strongroom.vault import KeyOwner, Place, Vault

from . import events, policy, store
from .errors import CodeUsed, FactorLocked, FactorOn, NoFactor, WrongCode
from .models import Enrolment, Guess, Match, Standing
from .settings import TotpSettings


TABLE, COLUMN = "strongroom.totp_factors", "sealed"
LIFETIME = timedelta(minutes=policy.ENROLMENT_MINUTES)
LONGEST_WAIT = 86_400
"""Seconds to wait, it is told, where only a recovery code or the operator helps."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What second factors are composed of."""

    accounts: Accounts
    organizations: Organizations
    vault: Vault
    audit: AuditLog
    outbox: Outbox
    alarms: Alarms
    passwords: Passwords
    sessions: Sessions
    notices: Notices


class Totp:
    """The authenticator apps of accounts."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        settings: TotpSettings,
        words: Words,
        clock: Clock = utc_now,
    ) -> None:
        """Keep factors in *db*, composed of *parts*, under *settings*."""
        self._db, self._parts, self._settings = db, parts, settings
        self._words, self._clock = words, clock

    async def standing(self, account_id: UUID) -> Standing:
        """Return how an account stands."""
        door = self._db.system(reason="see whether an account has a second factor")
        return await store.standing(door, account_id, LIFETIME)

    async def enrol(
        self, caller: Caller, password: Secret, origin: Origin
    ) -> Enrolment:
        """Make a seed for the caller's app; nothing asks for it before `enable`.

        Raises:
            WrongPassword: it is not the caller's.
            FactorOn: there is a second factor already.

        """
        await self._parts.passwords.prove(caller.account_id, password)
        seed, account_id = policy.new_seed(), caller.account_id
        sealed = await self._parts.vault.seal(*_place(account_id), seed)
        async with self._db.system(reason="keep a new second factor") as tx:
            if not await store.put_pending(tx, account_id, sealed):
                raise FactorOn
            await self._record(tx, events.ENROL, caller, origin)
        issuer = self._words.service_name
        return Enrolment(seed, policy.address_of(seed, caller.email, issuer))

    async def enable(
        self, caller: Caller, code: Secret, origin: Origin
    ) -> list[Secret]:
        """Turn the waiting factor on by its first code; return the recovery codes.

        They are shown this once. Every other session of the account ends.

        Raises:
            NoFactor: none waits for its first code.
            WrongCode: it is not the waiting seed's.

        """
        account_id, typed = caller.account_id, policy.tidy(code)
        door = self._db.system(reason="find the second factor that waits")
        sealed = await store.find_pending(door, account_id, LIFETIME)
        if sealed is None:
            raise NoFactor
        counter = await self._find_counter(account_id, sealed, typed)
        if counter is None:
            raise WrongCode
        async with self._db.system(reason="turn a second factor on") as tx:
            if not await store.enable(tx, account_id, sealed, counter):
                raise NoFactor
            await self._parts.sessions.end_others(tx, caller)
            await self._parts.sessions.note_factor(tx, caller.session_id)
            await self._record(tx, events.ENABLE, caller, origin)
            await self._notify(tx, caller, FACTOR_ADDED, origin)
            return await self._new_codes(tx, account_id)

    async def disable(self, caller: Caller, origin: Origin) -> None:
        """Turn the caller's second factor off.

        Raises:
            NoFactor: none is on.

        """
        async with self._db.system(reason="turn a second factor off") as tx:
            if not await store.remove(tx, caller.account_id):
                raise NoFactor
            await self.forget_idle_codes(tx, caller.account_id)
            await self._record(tx, events.DISABLE, caller, origin)
            await self._notify(tx, caller, FACTOR_REMOVED, origin)

    async def renew_codes(self, caller: Caller, origin: Origin) -> list[Secret]:
        """Return new recovery codes, shown this once; the earlier ones work no more.

        Raises:
            NoFactor: none is on.

        """
        if not (await self.standing(caller.account_id)).is_on:
            raise NoFactor
        async with self._db.system(reason="replace recovery codes") as tx:
            await self._record(tx, events.RENEW_CODES, caller, origin)
            await self._notify(tx, caller, CODES_RENEWED, origin)
            return await self._new_codes(tx, caller.account_id)

    async def step_up(self, caller: Caller, code: Secret, origin: Origin) -> None:
        """Let the caller's session do what asks for a fresh second factor.

        Raises:
            NoFactor: the account has none.
            WrongCode: the code is not right.
            CodeUsed: it was, and is used up.
            FactorLocked: too many were wrong.

        """
        account = Account(caller.account_id, caller.email)
        match = await self.check(account, code, origin)
        async with self._db.system(reason="note that a factor was shown") as tx:
            await self.claim(tx, account, match)
            await self._parts.sessions.note_factor(tx, caller.session_id)
            await self._record(tx, events.STEP_UP, caller, origin)

    async def check(self, account: Account, code: Secret, origin: Origin) -> Match:
        """Return *code* as one that is right; what it opens must claim it.

        Raises:
            NoFactor: the account has none.
            WrongCode: the code is not right.
            FactorLocked: too many were wrong.

        """
        typed, match = policy.tidy(code), None
        if not policy.is_app_code(typed):
            match = await self._find_recovery_code(account.id, typed)
            if match is not None:
                return match
        guess = await self._count(account.id)
        if policy.is_app_code(typed):
            counter = await self._find_counter(account.id, guess.sealed, typed)
            if counter is not None:
                return Match(account.id, counter)
        await self._note_wrong(account, guess, origin)
        raise WrongCode

    async def claim(self, tx: Tx, account: Account, match: Match) -> None:
        """Use a checked code up, of many at the same moment for exactly one.

        Raises:
            CodeUsed: somebody did already.

        """
        if match.counter is not None:
            claimed = await store.claim_counter(tx, match.account_id, match.counter)
        else:
            digest = match.digest or b""
            claimed = await store.claim_code(tx, match.account_id, digest)
            await self._parts.notices.notify(tx, account, CODE_USED)
        if not claimed:
            raise CodeUsed

    async def first_codes(self, tx: Tx, account_id: UUID) -> list[Secret]:
        """Return recovery codes for an account that has none, shown this once."""
        if await store.has_codes(tx, account_id):
            return []
        return await self._new_codes(tx, account_id)

    async def forget_idle_codes(self, tx: Tx, account_id: UUID) -> None:
        """Forget an account's recovery codes if no second factor is left."""
        await store.forget_idle_codes(tx, account_id)

    async def remove(self, tx: Tx, account_id: UUID) -> bool:
        """Forget an account's app; say whether one was on."""
        return await store.remove(tx, account_id)

    async def _find_recovery_code(self, account_id: UUID, typed: str) -> Match | None:
        digest = policy.digest_of(typed)
        door = self._db.system(reason="look for a recovery code")
        known = digest and await store.has_code(door, account_id, digest)
        return Match(account_id, digest=digest) if known else None

    async def _find_counter(
        self, account_id: UUID, sealed: str, typed: str
    ) -> int | None:
        seed = await self._parts.vault.open(*_place(account_id), sealed)
        return policy.find_counter(seed, typed, self._clock().timestamp())

    async def _count(self, account_id: UUID) -> Guess:
        rules, door = self._settings, self._db.aside(reason="count a guessed code")
        guess = await store.count_guess(
            door, account_id, rules.guesses, rules.locked_for, rules.hard_stop
        )
        if guess is None:
            raise await self._why_not(account_id)
        return guess

    async def _why_not(self, account_id: UUID) -> WrongCode | NoFactor | FactorLocked:
        found = await self.standing(account_id)
        if not found.has_app:  # Of passkeys alone, only recovery codes are codes.
            return WrongCode() if found.is_on else NoFactor()
        if found.locked_until is None:
            return FactorLocked(retry_after=LONGEST_WAIT)
        left = (found.locked_until - self._clock()).total_seconds()
        return FactorLocked(retry_after=max(1, round(left)))

    async def _note_wrong(self, account: Account, guess: Guess, origin: Origin) -> None:
        where = await self._organizations_of(account.id)
        attempt = Attempt(account.email, origin, account.id, where)
        await self._parts.alarms.note_wrong_factor(attempt)
        if not guess.locks:
            return
        target = Target("account", str(account.id))
        entry = Entry(
            events.LOCK, HOUSE, target, where[0] if where else None, origin=NOWHERE
        )
        async with self._db.system(reason="tell of a locked second factor") as tx:
            await self._parts.audit.record(tx, entry)
            await self._tell_of_lock(tx, account.email)

    async def _new_codes(self, tx: Tx, account_id: UUID) -> list[Secret]:
        shown = policy.new_recovery_codes()
        digests = [policy.digest_of(policy.tidy(Secret(each))) for each in shown]
        await store.put_codes(tx, account_id, [each for each in digests if each])
        return [Secret(each) for each in shown]

    async def _organizations_of(self, account_id: UUID) -> list[UUID]:
        memberships = await self._parts.organizations.of(account_id)
        return [each.organization.id for each in memberships]

    async def _record(
        self, tx: Tx, action: str, caller: Caller, origin: Origin
    ) -> None:
        target = Target("account", str(caller.account_id))
        where = caller.organization_id
        entry = Entry(action, Actor.of(caller), target, where, origin=origin)
        await self._parts.audit.record(tx, entry)

    async def _notify(
        self, tx: Tx, caller: Caller, what: Notice, origin: Origin
    ) -> None:
        account = Account(caller.account_id, caller.email)
        await self._parts.notices.notify(tx, account, what, origin)

    async def _tell_of_lock(self, tx: Tx, address: str) -> None:
        link = self._words.public_url + "/forgot-password"
        mail = policy.locked(self._words.service_name, link)
        await self._parts.outbox.post(tx, address, *mail)


def _place(account_id: UUID) -> tuple[KeyOwner, Place]:
    """Return whose key seals a seed, and where it stands."""
    return KeyOwner.person(account_id), Place(TABLE, COLUMN, account_id)
