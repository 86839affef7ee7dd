"""Accounts: find a person, make one.

Guards against two accounts for one address, whatever its spelling. It does not
decide who may sign in; see ``strongroom.signin``.
"""

from uuid import UUID

from strongroom.db import Database, Tx
from strongroom.kernel import Conflict, new_id

from . import store
from .errors import AccountChanged, AccountFrozen
from .models import Account, KnownAccount
from .policy import normalise_email


class Accounts:
    """The people known to this house."""

    def __init__(self, db: Database) -> None:
        """Look people up through *db*."""
        self._db = db

    async def find(self, email: str) -> Account | None:
        """Return the account of *email* in any spelling, or None.

        Raises:
            EmailInvalid: it is no address.

        """
        door = self._db.system(reason="find the account that signs in")
        return await store.find_by_email(door, normalise_email(email))

    async def find_by_id(self, account_id: UUID) -> Account | None:
        """Return the account, or None."""
        door = self._db.system(reason="find the account behind a mailed link")
        return await store.find_by_id(door, account_id)

    async def create(self, tx: Tx, email: str) -> Account:
        """Make an account for a confirmed address.

        Raises:
            Conflict: the address has an account by now.

        """
        account = Account(new_id(), normalise_email(email))
        if not await store.insert(tx, account):
            raise Conflict
        return account

    async def everywhere(self) -> list[KnownAccount]:
        """Return every account, the oldest first, for the operator."""
        return await store.all_of(self._db.system(reason="show every account"))

    async def enable(self, tx: Tx, account_id: UUID) -> None:
        """Let the account in again; sessions that it had stay as they are."""
        await store.set_disabled(tx, account_id, disabled=False)

    async def disable(self, tx: Tx, account_id: UUID) -> None:
        """Shut the account out; every session of it ends with its next request."""
        await store.set_disabled(tx, account_id, disabled=True)

    async def move(self, tx: Tx, account_id: UUID, old: str, new: str) -> bool:
        """Move the account to *new*; say whether it had *old* and *new* was free.

        Where it was not, *tx* may be good for nothing more: let it end by a refusal.
        """
        return await store.move(tx, account_id, old, normalise_email(new))

    async def freeze(self, tx: Tx, account_id: UUID) -> None:
        """Let nobody sign in to the account before it is thawed."""
        await store.set_frozen(tx, account_id, frozen=True)

    async def thaw(self, tx: Tx, account_id: UUID) -> None:
        """Let its owner sign in again, who has just chosen a new password by mail."""
        await store.set_frozen(tx, account_id, frozen=False)

    async def require_open(self, tx: Tx, account_id: UUID) -> None:
        """Refuse an account that is shut; whoever shuts it waits until *tx* ends.

        Raises:
            AccountFrozen: its owner froze it.
            AccountChanged: it is disabled, or gone.

        """
        await self._hold(tx, account_id)

    async def require_unchanged(self, tx: Tx, known: Account) -> None:
        """Refuse whoever began to sign in to *known* before its sessions were ended.

        What was proved then may be worth nothing by now: a password that was replaced,
        or one that is not enough any more.

        Raises:
            AccountFrozen: its owner froze it.
            AccountChanged: it is disabled, gone, or its sessions were ended since.

        """
        found = await self._hold(tx, known.id)
        if found.epoch != known.epoch:
            raise AccountChanged

    async def _hold(self, tx: Tx, account_id: UUID) -> Account:
        found = await store.hold(tx, account_id)
        if found is None or found.disabled:
            raise AccountChanged
        if found.frozen:
            raise AccountFrozen
        return found
