"""Invitations: write to an address, take it back, and let its owner join.

Guards against giving away more than the inviter may do, against joining by an address
that is not one's own, and against a link that works twice or outlives its inviter's
membership or role. Whoever invites never learns whether an address has an account.
"""

from dataclasses import dataclass
from uuid import UUID

from strongroom.access import NotForOperators, actions_of
from strongroom.accounts import Account, Accounts, normalise_email
from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.db import Database, Door, Tx
from strongroom.entrance import Arrival, Entrance
from strongroom.kernel import Caller, Forbidden, NotFound, Origin, Secret, new_id
from strongroom.limits import Limits, Words
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.organizations import Organization, Organizations, RoleUnknown
from strongroom.outbox import Outbox
from strongroom.passwords import Passwords
from strongroom.roles import Roles
from strongroom.sessions import INVITATION, NewSession, Sessions

from . import events, policy, store
from .errors import (
    AlreadyInvited,
    AlreadyMember,
    RoleTooHigh,
    SignInFirst,
    WrongAccount,
)
from .models import Invitation, Joining


@dataclass(frozen=True, slots=True)
class Parts:
    """What inviting is composed of."""

    accounts: Accounts
    organizations: Organizations
    roles: Roles
    limits: Limits
    passwords: Passwords
    sessions: Sessions
    one_time: OneTimeValues
    outbox: Outbox
    entrance: Entrance


class Invitations:
    """The invitations of every organization."""

    def __init__(
        self, db: Database, audit: AuditLog, parts: Parts, words: Words
    ) -> None:
        """Compose *parts*; links begin with the configured address."""
        self._db, self._audit, self._parts, self._words = db, audit, parts, words

    async def of(self, organization_id: UUID) -> list[Invitation]:
        """Return an organization's invitations that nobody accepted, newest first."""
        return await store.of(self._db.tenant(organization_id), organization_id)

    async def offered(self, caller: Caller) -> list[str]:
        """Return the names of the roles that *caller* may give away."""
        own = actions_of(caller.role, granted=caller.granted)
        roles = await self._parts.roles.all(caller.organization_id)
        given = {each.name: actions_of(each.name, granted=each.own) for each in roles}
        return [
            name
            for name, actions in given.items()
            if actions <= own and name != policy.OWNER
        ]

    async def create(
        self, caller: Caller, email: str, role: str, origin: Origin
    ) -> Invitation:
        """Invite an address; a link that holds for seven days is mailed to it.

        Raises:
            EmailInvalid: it is no address.
            RoleUnknown: no role is called that, built in or the organization's own.
            RoleTooHigh: the role may do what the caller may not.
            OwnerByOffer: nobody is invited to own: it is offered to a member.
            AlreadyMember: the address belongs to a member.
            AlreadyInvited: it has an open invitation.
            LimitReached: too much was mailed to it, or by the caller or theirs.

        """
        address, where = normalise_email(email), caller.organization_id
        granted = await self._parts.roles.granted(where, role)
        policy.require_within(role, granted, caller.role, caller.granted)
        await self._parts.limits.admit_mail(address, caller)
        invitation_id = new_id()
        async with self._db.system(reason="invite an address") as tx:
            if await store.is_member(tx, where, address):
                raise AlreadyMember(fields={"email": AlreadyMember.title})
            await store.forget_expired(tx, where, address)
            if not await store.insert(
                tx,
                invitation_id=invitation_id,
                organization_id=where,
                invited_by=caller.account_id,
                email=address,
                role=role,
                lifetime=policy.LIFETIME,
            ):
                raise AlreadyInvited(fields={"email": AlreadyInvited.title})
            invitation = await self._get(tx, invitation_id, where)
            await self._send(tx, invitation)
            await self._record(tx, events.CREATE, caller, invitation, origin)
        return invitation

    async def resend(
        self, caller: Caller, invitation_id: UUID, origin: Origin
    ) -> Invitation:
        """Mail a new link, which holds for seven days; the earlier one works no more.

        Raises:
            NotFound: there is no such open invitation here.
            RoleUnknown: the organization has deleted its role.
            RoleTooHigh: its role may do what the caller may not.
            LimitReached: too much was mailed to it, or by the caller or theirs.

        """
        where = caller.organization_id
        door = self._db.system(reason="find an invitation to send again")
        known = await self._get(door, invitation_id, where)
        policy.require_within(known.role, known.granted, caller.role, caller.granted)
        await self._parts.limits.admit_mail(known.email, caller)
        async with self._db.system(reason="send an invitation again") as tx:
            await store.prolong(tx, invitation_id, policy.LIFETIME)
            await self._parts.one_time.void(tx, policy.INVITATION, invitation_id)
            invitation = await self._get(tx, invitation_id, where)
            await self._send(tx, invitation)
            await self._record(tx, events.RESEND, caller, invitation, origin)
        return invitation

    async def revoke(self, caller: Caller, invitation_id: UUID, origin: Origin) -> None:
        """Take an invitation back; its link works no more.

        Raises:
            NotFound: there is no such open invitation here.

        """
        where = caller.organization_id
        async with self._db.system(reason="revoke an invitation") as tx:
            invitation = await self._get(tx, invitation_id, where)
            if not await store.revoke(tx, where, invitation_id):
                raise NotFound
            await self._parts.one_time.void(tx, policy.INVITATION, invitation_id)
            await self._record(tx, events.REVOKE, caller, invitation, origin)

    async def revoke_all(self, tx: Tx, account_id: UUID) -> None:
        """Take every open invitation of an account back, whose owner froze it."""
        await store.revoke_all(tx, account_id)

    async def behind(self, token: Secret) -> Invitation:
        """Return the invitation of a link, and use nothing up.

        Raises:
            OneTimeValueSpent: the link is used up, expired or revoked.

        """
        found = await self._parts.one_time.find(policy.INVITATION, token)
        return await self._living(found)

    async def accept(self, joining: Joining, origin: Origin) -> Arrival:
        """Let the owner of the invited address join, and sign them in there.

        A newcomer gets an account: the link proved the address. An account that exists
        must be signed in, and be the invited one.

        Raises:
            OneTimeValueSpent: the link is used up, expired or revoked.
            SignInFirst: the address has an account, and nobody is signed in.
            WrongAccount: somebody else is signed in.
            PasswordRefused: the rules refuse a newcomer's password.
            AlreadyMember: the account has joined meanwhile.
            Forbidden: a program asks.
            NotForOperators: an operator does, who acts as the account.

        """
        attempted = await self._parts.one_time.attempt(policy.INVITATION, joining.token)
        invitation = await self._living(attempted)
        caller = joining.caller
        if caller is not None:
            _require_owner(caller, invitation)
            opened = await self._join_as(caller, joining.token, invitation, origin)
        elif await self._parts.accounts.find(invitation.email) is not None:
            raise SignInFirst
        else:
            opened = await self._join_anew(joining, invitation, origin)
        return self._parts.entrance.arrived(opened, invitation.email)

    async def _join_as(
        self, caller: Caller, token: Secret, invitation: Invitation, origin: Origin
    ) -> NewSession:
        account = Account(caller.account_id, caller.email)
        async with self._db.system(reason="let an account join by invitation") as tx:
            await self._join(tx, token, account, invitation, origin)
            return await self._parts.sessions.switch(
                tx, caller, invitation.organization_id
            )

    async def _join_anew(
        self, joining: Joining, invitation: Invitation, origin: Origin
    ) -> NewSession:
        context = (self._words.service_name, invitation.organization, invitation.email)
        verifier = await self._parts.passwords.choose(joining.password, context)
        where = Organization(invitation.organization_id, invitation.organization)
        async with self._db.system(reason="let a newcomer join by invitation") as tx:
            account = await self._parts.accounts.create(tx, invitation.email)
            await self._parts.passwords.put(tx, account.id, verifier)
            await self._join(tx, joining.token, account, invitation, origin)
            return await self._parts.entrance.welcome(
                tx, account, where, INVITATION, origin
            )

    async def _join(
        self,
        tx: Tx,
        token: Secret,
        account: Account,
        invitation: Invitation,
        origin: Origin,
    ) -> None:
        await self._parts.one_time.consume(tx, policy.INVITATION, token)
        if not await store.accept(tx, invitation.id):
            raise OneTimeValueSpent
        where = invitation.organization_id
        if await store.is_member(tx, where, account.email):
            raise AlreadyMember
        await self._parts.organizations.admit(tx, where, account.id, invitation.role)
        actor = Actor("account", account.id, account.email)
        await self._audit.record(tx, _entry(events.ACCEPT, actor, invitation, origin))

    async def _living(self, invitation_id: UUID) -> Invitation:
        door = self._db.system(reason="find the invitation behind a link")
        found = await store.find(door, invitation_id)
        if found is None or found.state != "open":
            raise OneTimeValueSpent
        try:  # Whoever invited may have lost their role since, or the role may be gone.
            policy.require_within(
                found.role, found.granted, found.inviter_role, found.inviter_granted
            )
        except (RoleTooHigh, RoleUnknown):
            raise OneTimeValueSpent from None
        return found

    async def _get(
        self, door: Door | Tx, invitation_id: UUID, where: UUID
    ) -> Invitation:
        found = await store.find(door, invitation_id)
        if found is None or found.organization_id != where:
            raise NotFound
        return found

    async def _send(self, tx: Tx, invitation: Invitation) -> None:
        token = await self._parts.one_time.mint(
            tx, policy.INVITATION, invitation.id, policy.LIFETIME
        )
        link = f"{self._words.public_url}{policy.PAGE}?token={token.reveal()}"
        service = self._words.service_name
        mail = policy.mail_of(service, invitation.organization, invitation.role, link)
        await self._parts.outbox.post(tx, invitation.email, *mail)

    async def _record(
        self,
        tx: Tx,
        action: str,
        caller: Caller,
        invitation: Invitation,
        origin: Origin,
    ) -> None:
        entry = _entry(action, Actor.of(caller), invitation, origin)
        await self._audit.record(tx, entry)


def _entry(action: str, actor: Actor, invitation: Invitation, origin: Origin) -> Entry:
    target = Target("invitation", str(invitation.id))
    details = {"role": invitation.role}
    where = invitation.organization_id
    return Entry(action, actor, target, where, details=details, origin=origin)


def _require_owner(caller: Caller, invitation: Invitation) -> None:
    if caller.scopes is not None:  # A key acts within one organization, and joins none.
        raise Forbidden
    if caller.acting is not None:  # Where the person belongs, the person decides.
        raise NotForOperators
    if caller.email != invitation.email:
        raise WrongAccount
