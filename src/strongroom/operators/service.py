"""Operators: add one, set both factors up, sign in, find who speaks, remove.

Guards the service against its own side: nobody is an operator by default, a password
alone opens nothing, and every look-up reads the rows. It knows no customer's session.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from strongroom.accounts import normalise_email
from strongroom.audit import HOUSE, NOBODY, Actor, AuditLog, Entry, Target
from strongroom.crypto import Keyring, new_token
from strongroom.db import Database, Row, Tx
from strongroom.kernel import (
    NOWHERE,
    Clock,
    Origin,
    Refusal,
    Secret,
    new_id,
    utc_now,
)
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.passwords import Passwords, WrongPassword
from strongroom.totp import WrongCode, address_of, find_counter, is_app_code, tidy
from strongroom.vault import KeyOwner, Place, Vault

from . import events, policy, store
from .errors import NoSuchOperator, OperatorRefused, SetUpExpired
from .models import Operator, OperatorSession, Person, Proofs
from .settings import OperatorSettings


Reading = Callable[[str, Secret], Awaitable[UUID]]
"""How a one-time value is read: counting the attempt, or not."""

TABLE, COLUMN = "strongroom.operators", "sealed"


@dataclass(frozen=True, slots=True)
class Parts:
    """What operators are composed of."""

    audit: AuditLog
    one_time: OneTimeValues
    passwords: Passwords
    vault: Vault
    keys: Keyring


class Operators:
    """The people of the operator, and their sessions."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        settings: OperatorSettings,
        clock: Clock = utc_now,
    ) -> None:
        """Keep them in *db*, under the lifetimes of *settings*."""
        self._db, self._parts, self._settings = db, parts, settings
        self._clock = clock
        self._session_key = parts.keys.derive("operator sessions")
        self._seed_key = parts.keys.derive("operator seeds")

    async def add(self, email: str, by: str) -> Secret:
        """Return the token of a set-up link for *email*; earlier links are void.

        Whoever is an operator already keeps both factors until the link is used.

        Raises:
            EmailInvalid: it is no address.

        """
        address = normalise_email(email)
        async with self._db.system(reason="add an operator") as tx:
            operator_id = await store.add(tx, new_id(), address)
            one_time = self._parts.one_time
            await one_time.void(tx, policy.SET_UP, operator_id)
            token = await one_time.mint(
                tx, policy.SET_UP, operator_id, policy.SET_UP_LIFETIME
            )
            await self._record(
                tx, events.ADD, HOUSE, operator_id, details={"by": by, "email": address}
            )
        return token

    async def everybody(self) -> list[Person]:
        """Return all operators, by address."""
        return await store.everybody(self._db.system(reason="list the operators"))

    async def remove(self, email: str, by: str) -> None:
        """Take somebody's way in away; what they had open ends at its next request.

        Raises:
            NoSuchOperator: nobody of that address is one.

        """
        async with self._db.system(reason="remove an operator") as tx:
            operator_id = await store.remove(tx, normalise_email(email))
            if operator_id is None:
                message = f"{email} is no operator; see: strongroom operators list"
                raise NoSuchOperator(message)
            await store.end_sessions(tx, operator_id)
            await self._record(
                tx, events.REMOVE, HOUSE, operator_id, details={"by": by}
            )

    async def begin(self, token: Secret, issuer: str) -> tuple[Person, Secret, Secret]:
        """Return whom a link is for, the seed that belongs to it, and its address.

        Raises:
            SetUpExpired: the link is used up.

        """
        person = await self._of_link(token, self._parts.one_time.find)
        seed = policy.seed_of(self._seed_key, token)
        return person, seed, address_of(seed, person.email, issuer)

    async def set_up(
        self, token: Secret, password: Secret, code: Secret, origin: Origin
    ) -> None:
        """Keep a new password and the link's seed; every earlier session ends.

        Raises:
            SetUpExpired: the link is used up.
            PasswordRefused: the rules refuse the password.
            WrongCode: the code is not the seed's.

        """
        person = await self._of_link(token, self._parts.one_time.attempt)
        seed = policy.seed_of(self._seed_key, token)
        counter = self._counter_of(seed, code)
        if counter is None:
            raise WrongCode
        verifier = await self._parts.passwords.choose(password, [person.email])
        sealed = await self._parts.vault.seal(*_place(person.id), seed)
        async with self._db.system(reason="set an operator up") as tx:
            await self._consume(tx, token)
            await store.set_up(tx, person.id, verifier, sealed, counter)
            await store.end_sessions(tx, person.id)
            actor = Actor("operator", person.id, person.email)
            await self._record(tx, events.SET_UP, actor, person.id, origin)

    async def sign_in(
        self, email: str, password: Secret, code: Secret, origin: Origin
    ) -> OperatorSession:
        """Open a session for both factors at once.

        Raises:
            OperatorRefused: one of them is not right, or too many were not.
            TooBusyToHash: too many are hashing already.

        """
        guess = await self._count(email)
        try:
            counter = await self._check(guess, password, code)
            return await self._open(guess, counter, origin)
        except OperatorRefused as refused:
            await self._refuse(guess, refused, origin)
            raise

    async def find(self, token: str) -> Operator | None:
        """Return who *token* speaks for at this moment, or None."""
        door = self._db.system(reason="look up an operator's session")
        return await store.look_up(door, policy.digest_of(self._session_key, token))

    async def sign_out(self, operator: Operator, origin: Origin) -> None:
        """End the operator's session, and with it whatever they opened."""
        async with self._db.system(reason="end an operator's session") as tx:
            await store.end_session(tx, operator.session_id)
            actor = actor_of(operator)
            await self._record(tx, events.SIGN_OUT, actor, operator.id, origin)

    async def trail(self, limit: int = 100) -> list[Row]:
        """Return the newest entries about operators, newest first."""
        door = self._db.system(reason="show operators their trail")
        return await store.trail(door, limit)

    async def _of_link(self, token: Secret, read: Reading) -> Person:
        try:
            operator_id = await read(policy.SET_UP, token)
        except OneTimeValueSpent:
            raise SetUpExpired from None
        door = self._db.system(reason="find the operator of a set-up link")
        person = await store.find(door, operator_id)
        if person is None:
            raise SetUpExpired
        return person

    async def _consume(self, tx: Tx, token: Secret) -> None:
        try:
            await self._parts.one_time.consume(tx, policy.SET_UP, token)
        except OneTimeValueSpent:
            raise SetUpExpired from None

    async def _count(self, email: str) -> Proofs | None:
        rules = policy.GUESSES, policy.LOCKED_FOR, policy.HARD_STOP
        door = self._db.aside(reason="count a try to sign in as an operator")
        return await store.count_guess(door, email.strip().lower(), *rules)

    async def _check(self, guess: Proofs | None, password: Secret, code: Secret) -> int:
        """Return the step of a right code; an unknown address costs the same work."""
        try:
            if guess is None:
                await self._parts.passwords.prove(None, password)
                raise OperatorRefused
            await self._parts.passwords.check(guess.verifier, password)
        except WrongPassword:
            raise OperatorRefused from None
        seed = await self._parts.vault.open(*_place(guess.id), guess.sealed)
        counter = self._counter_of(seed, code)
        if counter is None:
            raise OperatorRefused
        return counter

    async def _open(
        self, guess: Proofs | None, counter: int, origin: Origin
    ) -> OperatorSession:
        if guess is None:
            raise OperatorRefused
        session_id, token = new_id(), new_token()
        async with self._db.system(reason="open an operator's session") as tx:
            if not await store.claim(tx, guess.id, counter):
                raise OperatorRefused
            expires_at = await store.open_session(
                tx,
                session_id=session_id,
                digest=policy.digest_of(self._session_key, token),
                operator_id=guess.id,
                lifetime=self._settings.lifetime,
                idle=self._settings.idle,
                origin=origin,
            )
            actor = Actor("operator", guess.id, guess.email)
            await self._record(tx, events.SIGN_IN, actor, guess.id, origin)
        return OperatorSession(session_id, Secret(token), expires_at)

    def _counter_of(self, seed: Secret, code: Secret) -> int | None:
        typed = tidy(code)
        if not is_app_code(typed):
            return None
        return find_counter(seed, typed, self._clock().timestamp())

    async def _refuse(
        self, guess: Proofs | None, refused: Refusal, origin: Origin
    ) -> None:
        target = Target("operator", str(guess.id) if guess else None)
        entry = Entry(
            events.SIGN_IN,
            NOBODY,
            target,
            outcome="refused",
            reason=refused.code,
            origin=origin,
        )
        await self._parts.audit.refuse(entry)
        refused.on_record = True

    async def _record(
        self,
        tx: Tx,
        action: str,
        actor: Actor,
        operator_id: UUID,
        origin: Origin = NOWHERE,
        *,
        details: dict[str, str] | None = None,
    ) -> None:
        target = Target("operator", str(operator_id))
        entry = Entry(action, actor, target, origin=origin, details=details or {})
        await self._parts.audit.record(tx, entry)


def actor_of(operator: Operator) -> Actor:
    """Return the actor that *operator* is in a trail."""
    return Actor("operator", operator.id, operator.email)


def _place(operator_id: UUID) -> tuple[KeyOwner, Place]:
    """Return whose key seals a seed, and where it stands."""
    return KeyOwner.person(operator_id), Place(TABLE, COLUMN, operator_id)
