"""A forgotten password: ask by address, choose anew by a mailed link.

Guards against learning who has an account, against a link that works twice or is
moved to another host, and against a thief who stays signed in. It opens no session:
whoever chose a password signs in with it, and with every factor besides.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from strongroom.accounts import Account, normalise_email
from strongroom.audit import NOBODY, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.entrance import Parts
from strongroom.invitations import Invitations
from strongroom.kernel import Origin, Secret, new_id
from strongroom.limits import Attempt
from strongroom.notices import NOT_ME
from strongroom.oauth import OAuth
from strongroom.one_time import OneTimeValueSpent
from strongroom.organizations import Organization
from strongroom.ownership import Ownership
from strongroom.signin import SignInSettings
from strongroom.tokens import ApiKeys

from . import events, policy
from .models import NewPassword


Mail = Callable[[str, str], tuple[str, str]]
"""Makes subject and text of the service's name and a link."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a thief may have opened or given away in somebody's name."""

    oauth: OAuth
    invitations: Invitations
    ownership: Ownership
    api_keys: ApiKeys


class Recovery:
    """The way back in."""

    def __init__(
        self,
        db: Database,
        audit: AuditLog,
        parts: Parts,
        given: Given,
        settings: SignInSettings,
    ) -> None:
        """Compose *parts*; links in mails begin with the configured address."""
        self._db, self._audit, self._settings = db, audit, settings
        self._given, self._passkeys = given, parts.passkeys
        self._accounts, self._organizations = parts.accounts, parts.organizations
        self._passwords, self._sessions = parts.passwords, parts.sessions
        self._one_time, self._outbox = parts.one_time, parts.outbox
        self._limits, self._alarms = parts.limits, parts.alarms
        self._notices = parts.notices

    async def ask(self, email: str, origin: Origin) -> None:
        """Write to the address; whether it has an account stays between us and it.

        Raises:
            EmailInvalid: it is no address.
            LimitReached: too much was mailed to the address already.

        """
        address = normalise_email(email)
        await self._limits.admit_mail(address)
        account = await self._accounts.find(address)
        # The same work for every address, so that time tells nothing.
        subject = account.id if account and not account.disabled else new_id()
        known = account is not None and subject == account.id
        organization = await self._organization_of(subject)
        target = Target("account", str(subject) if known else None)
        where = organization.id if organization else None
        entry = Entry(events.ASK, NOBODY, target, where, origin=origin)
        async with self._db.system(reason="mail a link to choose a password") as tx:
            token = await self._one_time.mint(
                tx, policy.RESET, subject, policy.LINK_LIFETIME
            )
            link = f"/reset-password?token={token.reveal()}" if known else "/sign-up"
            mail = policy.reset_link if known else policy.nobody_here
            await self._post(tx, address, mail, link)
            await self._audit.record(tx, entry)

    async def keys_behind(self, token: Secret) -> int:
        """Return how many API keys a new password would leave; a spent link tells none.

        Looking uses nothing up.
        """
        try:
            account_id = await self._one_time.find(policy.RESET, token)
        except OneTimeValueSpent:
            return 0
        return await self._given.api_keys.count_of(account_id)

    async def complete(self, chosen: NewPassword, origin: Origin) -> None:
        """Replace the password, end every session, and tell the owner.

        Raises:
            OneTimeValueSpent: the link is used up, expired, or its account is gone.
            PasswordRefused: the rules refuse the password; the link stays good.
            TooBusyToHash: too many are hashing already.

        """
        account = await self._account_behind(chosen)
        organization = await self._organization_of(account.id)
        name = organization.name if organization else ""
        context = (self._settings.service_name, name, account.email)
        verifier = await self._passwords.choose(chosen.password, context)
        actor = Actor("account", account.id, account.email)
        target = Target("account", str(account.id))
        where = organization.id if organization else None
        entry = Entry(events.RESET, actor, target, where, origin=origin)
        async with self._db.system(reason="replace a forgotten password") as tx:
            await self._one_time.consume(tx, policy.RESET, chosen.token)
            await self._one_time.void_all(tx, account.id, but=(NOT_ME,))
            if account.frozen:  # What began in the moment of the freeze ends too.
                await self.shut_out(tx, account.id)
            await self._accounts.thaw(tx, account.id)
            await self._passwords.put(tx, account.id, verifier)
            await self._sessions.end_all(tx, account.id)
            on_keys = await self._notices.on_keys(tx, account.id)
            mail = partial(policy.changed, on_keys=on_keys)
            await self._post(tx, account.email, mail, "/forgot-password")
            await self._audit.record(tx, entry)

    async def freeze(self, notice: Secret, origin: Origin) -> None:
        """Shut everybody out by the link of a notice, and mail the owner the way back.

        Raises:
            OneTimeValueSpent: the link is used up, expired, or its account is gone.

        """
        account = await self._notices.account_behind(notice)
        organization = await self._organization_of(account.id)
        where = organization.id if organization else None
        target = Target("account", str(account.id))
        entry = Entry(events.FREEZE, NOBODY, target, where, origin=origin)
        async with self._db.system(reason="freeze an account") as tx:
            await self._notices.spend(tx, notice)
            await self.shut_out(tx, account.id)
            token = await self._one_time.mint(
                tx, policy.RESET, account.id, policy.LINK_LIFETIME
            )
            link = f"/reset-password?token={token.reveal()}"
            await self._post(tx, account.email, policy.frozen, link)
            await self._audit.record(tx, entry)
        places = [where] if where else []
        # The alarm is the house's own act: the request has its entry already.
        seen = replace(origin, request_id=None)
        attempt = Attempt(account.email, seen, account.id, places)
        await self._alarms.note_frozen(attempt)

    async def shut_out(self, tx: Tx, account_id: UUID) -> None:
        """Freeze an account, and end each way in that somebody else may have added.

        Connected providers are disconnected, and invitations and an offer of ownership
        that nobody accepted are taken back. A passkey stays a second factor, but signs
        in by itself no more: mail alone must not take a second factor away.
        """
        await self._notices.shut_out(tx, account_id)
        await self._given.oauth.unlink_all(tx, account_id)
        await self._given.invitations.revoke_all(tx, account_id)
        await self._given.ownership.withdraw_all(tx, account_id)
        await self._passkeys.distrust(tx, account_id)

    async def _account_behind(self, chosen: NewPassword) -> Account:
        account_id = await self._one_time.attempt(policy.RESET, chosen.token)
        account = await self._accounts.find_by_id(account_id)
        if account is None or account.disabled:
            raise OneTimeValueSpent
        return account

    async def _organization_of(self, account_id: UUID) -> Organization | None:
        memberships = await self._organizations.of(account_id)
        return memberships[0].organization if memberships else None

    async def _post(self, tx: Tx, address: str, mail: Mail, path: str) -> None:
        settings = self._settings
        words = mail(settings.service_name, settings.public_url + path)
        await self._outbox.post(tx, address, *words)
