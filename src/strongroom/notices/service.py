"""Notices: tell an owner what happened, and freeze the account when it was not them.

Guards against whoever got in unseen: what changes an account is mailed to its owner
in the transaction that changes it, with a link that ends everything. It opens nothing
again; see ``strongroom.recovery``.
"""

from dataclasses import dataclass
from uuid import UUID

from strongroom.accounts import Account, Accounts
from strongroom.db import Tx
from strongroom.kernel import NOWHERE, Origin, Secret
from strongroom.limits import Words
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.outbox import Outbox
from strongroom.sessions import Sessions
from strongroom.tokens import ApiKeys

from . import policy
from .models import Notice


@dataclass(frozen=True, slots=True)
class Parts:
    """The lower domains that notices are composed of."""

    accounts: Accounts
    sessions: Sessions
    api_keys: ApiKeys
    one_time: OneTimeValues
    outbox: Outbox


class Notices:
    """What owners are told, and what they can do about it."""

    def __init__(self, parts: Parts, words: Words) -> None:
        """Compose *parts*; links begin with the address in *words*."""
        self._parts, self._words = parts, words

    async def notify(
        self, tx: Tx, account: Account, what: Notice, origin: Origin = NOWHERE
    ) -> None:
        """Tell the owner of *account*, with a link that freezes it for seven days."""
        token = await self._parts.one_time.mint(
            tx, policy.NOT_ME, account.id, policy.LINK_LIFETIME
        )
        words = self._words
        link = f"{words.public_url}/not-me?notice={token.reveal()}"
        more = await self.on_keys(tx, account.id) if what.spares_keys else ""
        mail = policy.mail_of(what, words.service_name, link, origin, more)
        await self._parts.outbox.post(tx, account.email, *mail)

    async def on_keys(self, tx: Tx, account_id: UUID) -> str:
        """Return what a mail says of the API keys that a new password does not end."""
        count = await self._parts.api_keys.count_of(account_id, tx)
        return policy.words_on_keys(count, f"{self._words.public_url}/console/api-keys")

    async def account_behind(self, token: Secret) -> Account:
        """Return whose notice it was, having counted an attempt.

        Raises:
            OneTimeValueSpent: the link is used up, expired, or its account is gone.

        """
        account_id = await self._parts.one_time.attempt(policy.NOT_ME, token)
        account = await self._parts.accounts.find_by_id(account_id)
        if account is None or account.disabled:
            raise OneTimeValueSpent
        return account

    async def spend(self, tx: Tx, token: Secret) -> None:
        """Use the link of a notice up, once.

        Raises:
            OneTimeValueSpent: somebody used it first.

        """
        await self._parts.one_time.consume(tx, policy.NOT_ME, token)

    async def shut_out(self, tx: Tx, account_id: UUID) -> None:
        """Freeze an account, and end whatever acts for it or could begin to."""
        parts = self._parts
        await parts.accounts.freeze(tx, account_id)
        await parts.sessions.end_all(tx, account_id)
        await parts.api_keys.revoke_all(tx, account_id)
        await parts.one_time.void_all(tx, account_id)
