"""The one door behind every way in: what happens once a first factor is proved.

Guards against a way in that forgets the second factor, the record or a disabled
account: whoever proved who they are, however they did, comes through here. It knows
no first factor.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from strongroom.accounts import Account, Accounts
from strongroom.audit import HOUSE, NOBODY, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import NOWHERE, NotFound, Origin, Refusal, Secret
from strongroom.limits import Alarms, Limits
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organization, Organizations
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords
from strongroom.sessions import NewSession, Sessions
from strongroom.totp import CodeUsed, FactorLocked, NoFactor, Totp, WrongCode

from . import events, policy
from .errors import NoOrganization, SignInExpired
from .models import Arrival, WaitingSignIn


REFUSED = (
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


class Entrance:
    """Where a proved person gets a session, or is asked for a second factor."""

    def __init__(self, db: Database, audit: AuditLog, parts: Parts) -> None:
        """Compose *parts*."""
        self._db, self._audit = db, audit
        self._accounts, self._organizations = parts.accounts, parts.organizations
        self._sessions, self._one_time = parts.sessions, parts.one_time
        self._totp, self._limits = parts.totp, parts.limits

    async def admit(self, account: Account, action: str, origin: Origin) -> Arrival:
        """Open a session for whoever proved to own *account*, or let it wait.

        *action* is what goes on record: the way that they came.

        Raises:
            NoOrganization: the account belongs nowhere any more.

        """
        organization = await self.organization_of(account)
        if (await self._totp.standing(account.id)).is_on:
            return await self._wait(account, organization, origin)
        entry = entry_of(action, account, organization.id, origin)
        async with self._db.system(reason="open a session") as tx:
            await self._audit.record(tx, entry)
            opened = await self._sessions.open(tx, account.id, organization, origin)
        return self.arrived(opened, account.email)

    async def finish(self, token: Secret, code: Secret, origin: Origin) -> Arrival:
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
            organization = await self.organization_of(account)
            match = await self._totp.check(account, code, origin)
            entry = entry_of(events.FINISH, account, organization.id, origin)
            async with self._db.system(reason="open a session by two factors") as tx:
                await self._consume(tx, token)
                await self._totp.claim(tx, account, match)
                await self._audit.record(tx, entry)
                opened = await self._sessions.open(
                    tx, account.id, organization, origin, by_factor=True
                )
        except REFUSED as refused:
            await self.refuse(events.FINISH, account, refused, origin)
            raise
        arrived = self.arrived(opened, account.email)
        return replace(arrived, cookies=[*arrived.cookies, policy.clear_wait_cookie()])

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

    async def shut_out(self, email: str, by: str) -> None:
        """Disable an account for the operator; all its sessions end at once.

        Its API keys are refused for as long as it is disabled.

        Raises:
            NotFound: there is no such account.

        """
        account = await self._known(email)
        async with self._db.system(reason="disable an account") as tx:
            await self._accounts.disable(tx, account.id)
            await self._sessions.end_all(tx, account.id)
            await self._record_by(tx, events.DISABLE, account, by)

    async def let_back(self, email: str, by: str) -> None:
        """Enable an account again for the operator; its owner signs in anew.

        Raises:
            NotFound: there is no such account.

        """
        account = await self._known(email)
        async with self._db.system(reason="enable an account again") as tx:
            await self._accounts.enable(tx, account.id)
            await self._record_by(tx, events.ENABLE, account, by)

    async def _known(self, email: str) -> Account:
        account = await self._accounts.find(email)
        if account is None:
            message = f"there is no account of {email}"
            raise NotFound(message)
        return account

    async def _record_by(self, tx: Tx, action: str, account: Account, by: str) -> None:
        """Put it where each of the account's organizations sees it."""
        target, details = Target("account", str(account.id)), {"by": by}
        places: Sequence[UUID | None] = await self.places_of(account)
        for where in places or [None]:
            entry = Entry(action, HOUSE, target, where, details=details, origin=NOWHERE)
            await self._audit.record(tx, entry)

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
        self, account: Account, organization: Organization, origin: Origin
    ) -> Arrival:
        lifetime = policy.WAITING_LIFETIME
        entry = entry_of(events.AWAIT_FACTOR, account, organization.id, origin)
        async with self._db.system(reason="let a sign-in wait for its code") as tx:
            token = await self._one_time.mint(tx, policy.WAITING, account.id, lifetime)
            await self._audit.record(tx, entry)
        return Arrival(None, [policy.wait_cookie(WaitingSignIn(token, lifetime))])

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


def entry_of(
    action: str, account: Account, organization_id: UUID, origin: Origin
) -> Entry:
    """Return the entry of what *account* did to itself."""
    actor = Actor("account", account.id, account.email)
    target = Target("account", str(account.id))
    return Entry(action, actor, target, organization_id, origin=origin)
