"""Passwords: choose, prove, change.

Guards against offline cracking, weak choices and a stalled event loop: hashing
runs on a lane of its own, before any transaction is open. It does not decide who
may sign in; see ``strongroom.signin``.
"""

from collections.abc import Sequence
from uuid import UUID

from strongroom.crypto import (
    HashingBusy,
    HashingLane,
    Mismatch,
    needs_rehash,
    new_token,
    verify,
)
from strongroom.db import Database, Tx
from strongroom.kernel import Secret

from . import store
from .errors import TooBusyToHash, WrongPassword
from .policy import require_acceptable
from .settings import PasswordSettings


class Passwords:
    """The passwords of accounts, as verifiers only."""

    def __init__(
        self,
        db: Database,
        lane: HashingLane,
        pepper: bytes,
        settings: PasswordSettings,
    ) -> None:
        """Hash on *lane* with *pepper*, under the rules of *settings*."""
        self._db, self._lane = db, lane
        self._pepper, self._settings = pepper, settings
        self._decoy: str | None = None

    @property
    def minimum_length(self) -> int:
        """The fewest characters of a new password."""
        return self._settings.minimum_length

    async def choose(self, candidate: Secret, context: Sequence[str]) -> str:
        """Return the verifier of an acceptable new password.

        Raises:
            PasswordRefused: the rules refuse it; the reason says which.
            TooBusyToHash: too many are hashing already.

        """
        password = candidate.reveal()
        require_acceptable(password, self._settings, context)
        return await self._hash(password)

    async def put(self, tx: Tx, account_id: UUID, verifier: str) -> None:
        """Make *verifier* the account's only one."""
        await store.put(tx, account_id, verifier)

    async def prove(self, account_id: UUID | None, candidate: Secret) -> None:
        """Accept *candidate* as the account's password.

        Raises: as `prove_by` does.

        """
        door = self._db.system(reason="read the verifier of an account")
        verifier = await store.find(door, account_id) if account_id else None
        await self.prove_by(verifier, account_id, candidate)

    async def prove_by(
        self, verifier: str | None, account_id: UUID | None, candidate: Secret
    ) -> None:
        """Accept *candidate* as the password behind the account's *verifier*.

        An unknown account costs the same work, so that time tells nothing.

        Raises:
            WrongPassword: it is not, or there is no account or password.
            TooBusyToHash: too many are hashing already.

        """
        known = verifier or await self._decoy_verifier()
        await self.check(known, candidate)
        if verifier is None or account_id is None:
            raise WrongPassword
        if needs_rehash(verifier, self._settings.scheme):
            await self._upgrade(account_id, verifier, candidate)

    async def check(self, verifier: str, candidate: Secret) -> None:
        """Accept *candidate* as the password behind *verifier*.

        Raises:
            WrongPassword: it is not.
            TooBusyToHash: too many are hashing already.

        """
        try:
            await self._lane.run(verify, verifier, candidate.reveal(), self._pepper)
        except Mismatch:
            raise WrongPassword from None
        except HashingBusy:
            raise TooBusyToHash(retry_after=2) from None

    async def _upgrade(self, account_id: UUID, old: str, candidate: Secret) -> None:
        new = await self._hash(candidate.reveal())
        async with self._db.system(reason="upgrade a verifier at sign-in") as tx:
            await store.upgrade(tx, account_id, old, new)

    async def _hash(self, password: str) -> str:
        try:
            scheme = self._settings.scheme
            return await self._lane.run(scheme.hash, password, self._pepper)
        except HashingBusy:
            raise TooBusyToHash(retry_after=2) from None

    async def _decoy_verifier(self) -> str:
        # A verifier of a password that nobody knows, made once per process.
        if self._decoy is None:
            self._decoy = await self._hash(new_token())
        return self._decoy
