"""Break-glass: ask, have another operator approve, use until it ends.

Guards customers against one operator alone: nobody approves what they asked for, a
grant is read whenever it is used, and each step stands in both trails.
"""

from dataclasses import dataclass
from uuid import UUID

from strongroom.audit import HOUSE, Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import NOWHERE, Origin, new_id
from strongroom.operators import Operator, actor_of

from . import events, policy, store
from .errors import GrantGone, NoGrant, NoSuchGrant, SamePerson
from .models import Grant


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that both trails are told."""

    action: str
    actor: Actor
    grant_id: UUID
    organization_id: UUID
    details: dict[str, str]


class BreakGlass:
    """Emergency access to organizations."""

    def __init__(self, db: Database, audit: AuditLog) -> None:
        """Keep requests in *db* and record them in *audit*."""
        self._db, self._audit = db, audit

    async def newest(self) -> list[Grant]:
        """Return the newest requests, newest first."""
        door = self._db.system(reason="list emergency access")
        return await store.newest(door, policy.WAITS)

    async def ask(
        self,
        operator: Operator,
        organization_id: UUID,
        reason: str,
        minutes: str,
        origin: Origin,
    ) -> UUID:
        """Ask for emergency access to an organization; nothing is open yet.

        Raises:
            NoReason: the reason says too little.
            TooLong: it is to last for more than an hour.
            NoSuchGrant: there is no such organization.

        """
        grant_id, words = new_id(), policy.require_reason(reason)
        lasts = policy.require_minutes(minutes)
        about = {"reason": words, "minutes": minutes}
        async with self._db.system(reason="ask for emergency access") as tx:
            if not await store.insert(
                tx, grant_id, organization_id, operator.id, words, lasts
            ):
                raise NoSuchGrant
            actor = actor_of(operator)
            step = Step(events.ASK, actor, grant_id, organization_id, about)
            await self._note(tx, step, origin)
        return grant_id

    async def approve(self, operator: Operator, grant_id: UUID, origin: Origin) -> None:
        """Open what another operator asked for, from now until its end.

        Raises:
            NoSuchGrant: there is no such request.
            SamePerson: the operator asked for it.
            GrantGone: it does not wait any more.

        """
        grant = await self._get(grant_id)
        about = {"asked by": grant.asker, "reason": grant.reason}
        require_another(grant, operator)
        async with self._db.system(reason="approve emergency access") as tx:
            if not await store.approve(tx, policy.WAITS, grant_id, operator.id):
                raise GrantGone
            actor, where = actor_of(operator), grant.organization_id
            step = Step(events.APPROVE, actor, grant_id, where, about)
            await self._note(tx, step, origin)

    async def end(
        self,
        grant_id: UUID,
        by: Operator | str,
        origin: Origin = NOWHERE,
    ) -> None:
        """End emergency access early; sessions that it opened end at once.

        *by* is an operator, or the name of whoever does it by command.

        Raises:
            NoSuchGrant: there is no such request.
            GrantGone: it has ended.

        """
        grant = await self._get(grant_id)
        actor = actor_of(by) if isinstance(by, Operator) else HOUSE
        details = {} if isinstance(by, Operator) else {"by": by}
        async with self._db.system(reason="end emergency access") as tx:
            if grant.state == "over" or not await store.end(tx, grant_id):
                raise GrantGone
            where = grant.organization_id
            step = Step(events.END, actor, grant_id, where, details)
            await self._note(tx, step, origin)

    async def require(self, operator: Operator, organization_id: UUID) -> Grant:
        """Return what is open to *operator* at this moment.

        Raises:
            NoGrant: nothing is.

        """
        door = self._db.system(reason="see whether emergency access is open")
        grant = await store.find_open(door, policy.WAITS, operator.id, organization_id)
        if grant is None:
            raise NoGrant
        return grant

    async def _get(self, grant_id: UUID) -> Grant:
        door = self._db.system(reason="find a request for emergency access")
        grant = await store.find(door, policy.WAITS, grant_id)
        if grant is None:
            raise NoSuchGrant
        return grant

    async def _note(self, tx: Tx, step: Step, origin: Origin) -> None:
        """Write one entry into the operators' trail, and one for the customer."""
        target = Target("break-glass", str(step.grant_id))
        for where in (None, step.organization_id):
            entry = Entry(
                step.action,
                step.actor,
                target,
                where,
                # From where operators work is nothing that a customer must know.
                origin=origin if where is None else NOWHERE,
                details=step.details,
            )
            await self._audit.record(tx, entry)


def require_another(grant: Grant, operator: Operator) -> None:
    """Let nobody approve what they asked for.

    Raises:
        SamePerson: they would.

    """
    if grant.asked_by == operator.id:
        raise SamePerson
