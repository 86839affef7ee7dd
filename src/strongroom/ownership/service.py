"""Ownership goes over: an owner offers, a member accepts, and never is there no owner.

Guards against a stolen session that gives an organization away (the password is asked
again, and the second factor), and against making somebody responsible who never agreed.
"""

from dataclasses import dataclass
from uuid import UUID

from strongroom.accounts import Account, Accounts
from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import Caller, NotFound, Origin, Secret
from strongroom.limits import Words
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords

from . import events, policy, store
from .errors import NoOffer, OfferOpen, OwnsAlready
from .models import Offer


@dataclass(frozen=True, slots=True)
class Parts:
    """What handing over is composed of."""

    accounts: Accounts
    passwords: Passwords
    outbox: Outbox


class Ownership:
    """The offers of ownership."""

    def __init__(
        self, db: Database, audit: AuditLog, parts: Parts, words: Words
    ) -> None:
        """Compose *parts*; the link in a mail begins with the configured address."""
        self._db, self._audit, self._parts, self._words = db, audit, parts, words

    async def find(self, organization_id: UUID) -> Offer | None:
        """Return the organization's open offer."""
        return await store.find(self._db.tenant(organization_id))

    async def offer(
        self,
        caller: Caller,
        taker_id: UUID,
        password: Secret,
        origin: Origin,
        *,
        keeps: bool = False,
    ) -> Offer:
        """Offer a member to own the organization in the caller's place.

        Where the caller *keeps* it, they stay an owner beside the member.

        Raises:
            WrongPassword: it is not the caller's.
            NotFound: no such member here.
            OwnsAlready: the member is an owner.
            OfferOpen: it is offered already.

        """
        await self._parts.passwords.prove(caller.account_id, password)
        taker = await self._parts.accounts.find_by_id(taker_id)
        async with self._db.tenant(caller.organization_id) as tx:
            await _require_taker(tx, taker_id)
            lifetime = policy.LIFETIME
            giver = caller.account_id
            if not await store.insert(tx, giver, taker_id, lifetime, keeps=keeps):
                raise OfferOpen
            await self._record(tx, events.OFFER, caller, taker_id, origin)
            made = await store.find(tx)
        if made is None or taker is None:
            raise NotFound
        await self._tell(caller, taker)
        return made

    async def withdraw(self, caller: Caller, origin: Origin) -> None:
        """Take the organization's offer back, whichever owner made it.

        Raises:
            NoOffer: there is none.

        """
        async with self._db.tenant(caller.organization_id) as tx:
            await self._end(tx, events.WITHDRAW, caller, origin)

    async def withdraw_all(self, tx: Tx, account_id: UUID) -> None:
        """Take every offer of an account back, whose owner froze it."""
        await store.remove_of(tx, account_id)

    async def accept(self, caller: Caller, origin: Origin) -> None:
        """Own the organization; whoever offered it is an admin, unless they keep it.

        Raises:
            NoOffer: nobody who owns it offers it to the caller any more.

        """
        async with self._db.tenant(caller.organization_id) as tx:
            await store.lock_roles(tx)
            offer = await _offer_to(tx, caller)
            await store.hand_over(tx, offer)
            await self._end(tx, events.ACCEPT, caller, origin)

    async def decline(self, caller: Caller, origin: Origin) -> None:
        """Leave the ownership where it is.

        Raises:
            NoOffer: nobody offers it to the caller.

        """
        async with self._db.tenant(caller.organization_id) as tx:
            await _offer_to(tx, caller)
            await self._end(tx, events.DECLINE, caller, origin)

    async def _end(self, tx: Tx, action: str, caller: Caller, origin: Origin) -> None:
        offer = await store.find(tx)
        taker = offer.taker_id if offer else caller.account_id
        if not await store.remove(tx):
            raise NoOffer
        await self._record(tx, action, caller, taker, origin)

    async def _tell(self, caller: Caller, taker: Account) -> None:
        service, link = self._words.service_name, self._words.public_url
        mail = policy.mail_of(service, caller.organization_name, link + policy.ADDRESS)
        async with self._db.system(reason="tell a member of an offer") as tx:
            await self._parts.outbox.post(tx, taker.email, *mail)

    async def _record(
        self, tx: Tx, action: str, caller: Caller, taker_id: UUID, origin: Origin
    ) -> None:
        target, where = Target("account", str(taker_id)), caller.organization_id
        entry = Entry(action, Actor.of(caller), target, where, origin=origin)
        await self._audit.record(tx, entry)


async def _require_taker(tx: Tx, taker_id: UUID) -> None:
    roles = await store.lock_roles(tx)
    if taker_id not in roles:
        raise NotFound
    if roles[taker_id] == "owner":
        raise OwnsAlready


async def _offer_to(tx: Tx, caller: Caller) -> Offer:
    offer = await store.find(tx)
    if offer is None or offer.taker_id != caller.account_id:
        raise NoOffer
    return offer
