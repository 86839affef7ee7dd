"""Impersonation: choose a member, hand over, act, end.

Guards customers against unseen visitors: the session is of a class of its own, short,
ends with the operator's own, and each entry in it names both. What it may do is
decided by ``strongroom.access`` alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.break_glass import BreakGlass, require_reason
from strongroom.db import Database, Tx
from strongroom.kernel import NOWHERE, Caller, Origin, Secret, new_id
from strongroom.one_time import OneTimeValues, OneTimeValueSpent
from strongroom.operators import Operator, actor_of
from strongroom.organizations import (
    KnownOrganization,
    Member,
    Organization,
    Organizations,
)
from strongroom.sessions import OPERATOR, Beginning, NewSession, Sessions

from . import events, policy, store
from .errors import AlreadyActing, HandOverExpired, NoSuchMember
from .models import HandOver


@dataclass(frozen=True, slots=True)
class Parts:
    """What impersonation is composed of."""

    audit: AuditLog
    break_glass: BreakGlass
    one_time: OneTimeValues
    organizations: Organizations
    sessions: Sessions


class Impersonations:
    """Sessions in which operators act as customers."""

    def __init__(self, db: Database, parts: Parts, longest: timedelta) -> None:
        """Open sessions that last *longest* at most."""
        self._db, self._audit, self._break_glass = db, parts.audit, parts.break_glass
        self._one_time, self._organizations = parts.one_time, parts.organizations
        self._sessions, self._longest = parts.sessions, longest

    async def places(self, words: str, *, canaries: bool) -> list[KnownOrganization]:
        """Return up to fifty organizations whose name holds *words*."""
        return await self._organizations.everywhere(
            words, policy.MOST_PLACES, canaries=canaries
        )

    async def place(self, organization_id: UUID) -> KnownOrganization:
        """Return one organization.

        Raises:
            NoSuchMember: there is no such organization.

        """
        found = await self.places(str(organization_id), canaries=True)
        if not found:
            raise NoSuchMember
        return found[0]

    async def members(self, organization_id: UUID) -> list[Member]:
        """Return whom one can act as in an organization."""
        return await self._organizations.members(organization_id)

    async def begin(
        self,
        operator: Operator,
        organization_id: UUID,
        account_id: UUID,
        reason: str,
        *,
        in_emergency: bool = False,
    ) -> Secret:
        """Return a one-time value that opens the session on the public listener.

        Raises:
            NoReason: the reason says too little.
            NoGrant: it is an emergency, and no other operator approved it.
            AlreadyActing: the operator acts as somebody.
            NoSuchMember: the organization has no such member.

        """
        words, grant_id = require_reason(reason), None
        if in_emergency:
            grant = await self._break_glass.require(operator, organization_id)
            grant_id = grant.id
        impersonation_id = new_id()
        async with self._db.system(reason="let an operator act as a customer") as tx:
            await self._require_idle(tx, operator.email)
            if not await store.insert(
                tx,
                impersonation_id=impersonation_id,
                operator_session_id=operator.session_id,
                operator=operator.email,
                account_id=account_id,
                organization_id=organization_id,
                grant_id=grant_id,
                reason=words,
            ):
                raise NoSuchMember
            return await self._one_time.mint(
                tx, policy.HAND_OVER, impersonation_id, policy.HAND_OVER_LIFETIME
            )

    async def look(self, token: Secret) -> HandOver:
        """Return what a hand-over is for, and leave it unused.

        Raises:
            HandOverExpired: it is used up.

        """
        try:
            subject = await self._one_time.find(policy.HAND_OVER, token)
        except OneTimeValueSpent:
            raise HandOverExpired from None
        door = self._db.system(reason="see what a hand-over is for")
        return _require(await store.find(door, subject))

    async def take(
        self, token: Secret, caller: Caller | None, origin: Origin
    ) -> NewSession:
        """Open the session of a hand-over, once, whoever was signed in before.

        Raises:
            AlreadyActing: the browser acts as somebody.
            HandOverExpired: it is used up.

        """
        if caller is not None and caller.acting:
            raise AlreadyActing
        async with self._db.system(reason="open a session of an operator") as tx:
            found = await self._consume(tx, token)
            await self._require_idle(tx, found.operator)
            where = Organization(found.organization_id, found.organization)
            opened = await self._sessions.open(
                tx,
                found.account_id,
                where,
                NOWHERE,  # Where operators sit is not told to customers.
                Beginning(OPERATOR),
                acting=policy.acts_as(found, self._longest),
            )
            await self._record(tx, found, origin)
        return opened

    async def end(self, operator: Operator, origin: Origin) -> None:
        """End whatever session *operator* acts in, from the operators' side."""
        async with self._db.system(reason="end what an operator acts in") as tx:
            for where in await store.end(tx, operator.email):
                for seen, at in ((None, origin), (where, NOWHERE)):
                    target = Target("organization", str(where))
                    entry = Entry(
                        events.END, actor_of(operator), target, seen, origin=at
                    )
                    await self._audit.record(tx, entry)

    async def _require_idle(self, tx: Tx, operator: str) -> None:
        await store.hold(tx, operator)
        if await store.is_acting(tx, operator):
            raise AlreadyActing

    async def _consume(self, tx: Tx, token: Secret) -> HandOver:
        try:
            subject = await self._one_time.consume(tx, policy.HAND_OVER, token)
        except OneTimeValueSpent:
            raise HandOverExpired from None
        return _require(await store.find(tx, subject))

    async def _record(self, tx: Tx, found: HandOver, origin: Origin) -> None:
        """Name both: for the customer as who they were, for the trail as who it was."""
        kind = "break-glass" if found.grant_id else "impersonation"
        details = {"reason": found.reason, "class": kind}
        person = Actor("account", found.account_id, found.email, found.operator)
        operator = Actor("operator", found.operator_id, found.operator)
        target = Target("account", str(found.account_id))
        where = found.organization_id
        theirs = Entry(events.BEGIN, person, target, where, details=details)
        ours = Entry(events.BEGIN, operator, target, origin=origin, details=details)
        for entry in (theirs, ours):
            await self._audit.record(tx, entry)


def _require(found: HandOver | None) -> HandOver:
    if found is None:
        raise HandOverExpired
    return found
