"""Admission: an organization asks for more than the house does, never for less.

Guards against sessions that are longer, further away, less proved or begun otherwise
than their organization wants; it is enforced where sessions and keys are looked up, on
every request. Whoever sets a policy meets it, so that nobody locks everybody out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import Caller, Origin, Secret
from strongroom.passwords import Passwords
from strongroom.sessions import SessionSettings

from . import events, policy, store
from .errors import NothingToUndo, OwnFactorMissing, OwnWayOther
from .models import Affected, Meeting, SignInPolicy, WayIn


@dataclass(frozen=True, slots=True)
class Parts:
    """What sign-in policies are composed of."""

    audit: AuditLog
    passwords: Passwords


class Admission:
    """The sign-in policies of organizations."""

    def __init__(
        self,
        db: Database,
        parts: Parts,
        settings: SessionSettings,
        offered: Mapping[str, WayIn],
    ) -> None:
        """Keep policies in *db*, never looser than the house's *settings*.

        They may ask for the ways in that are *offered*.
        """
        self._db, self._audit, self._passwords = db, parts.audit, parts.passwords
        self.offered = {way: each.title for way, each in offered.items()}
        """The ways in that a policy may ask for, each with what people call it."""
        self._issuers = {way: each.issuer for way, each in offered.items()}
        self._longest = {"lifetime": settings.lifetime, "idle": settings.idle}

    async def get(self, organization_id: UUID) -> SignInPolicy:
        """Return what an organization asks."""
        row = await store.find(self._db.tenant(organization_id), organization_id)
        return store.policy_of(row)

    async def meet(self, caller: Caller) -> Meeting:
        """Return which ways in are allowed where the caller is, and what theirs was."""
        asked = await self.get(caller.organization_id)
        return Meeting(await self._way_of(caller), asked.ways)

    async def preview(
        self, caller: Caller, wanted: SignInPolicy, origin: Origin
    ) -> Affected:
        """Return whom *wanted* would change something for, and change nothing.

        Raises:
            PolicyInvalid: it cannot be used.

        """
        usable = self._usable(wanted, origin)
        door = self._db.system(reason="see whom a sign-in policy would affect")
        issuers = [each for way in usable.ways if (each := self._issuers[way])]
        return await store.affected(door, caller.organization_id, usable, issuers)

    async def change(
        self, caller: Caller, wanted: SignInPolicy, password: Secret, origin: Origin
    ) -> SignInPolicy:
        """Let *wanted* hold, from the next request on.

        Raises:
            PolicyInvalid: it cannot be used.
            WrongPassword: it is not the caller's.
            OwnFactorMissing: it asks for a factor that the caller does not have.
            OwnWayOther: it asks for ways in, and the caller came by another.

        """
        await self._passwords.prove(caller.account_id, password)
        usable = await self._require_met(caller, wanted, origin)
        where = caller.organization_id
        async with self._db.tenant(where) as tx:
            before = store.policy_of(await store.find(tx, where))
            await store.put(tx, where, usable, policy.to_json(before))
            await self._record(tx, events.CHANGE, caller, usable, origin)
        return usable

    async def undo(
        self, caller: Caller, password: Secret, origin: Origin
    ) -> SignInPolicy:
        """Let hold again what held before the last change, once.

        Raises:
            NothingToUndo: there was no change, or it was taken back.
            PolicyInvalid: it cannot be used any more, as from where the caller is.
            WrongPassword: it is not the caller's.
            OwnFactorMissing: it asks for a factor that the caller does not have.
            OwnWayOther: it asks for ways in, and the caller came by another.

        """
        await self._passwords.prove(caller.account_id, password)
        where = caller.organization_id
        async with self._db.tenant(where) as tx:
            row = await store.find(tx, where)
            if row is None or row["previous"] is None:
                raise NothingToUndo
            before = policy.from_json(json.loads(row["previous"]))
            usable = await self._require_met(caller, before, origin)
            await store.put(tx, where, usable, None)
            await self._record(tx, events.UNDO, caller, usable, origin)
        return usable

    async def _require_met(
        self, caller: Caller, wanted: SignInPolicy, origin: Origin
    ) -> SignInPolicy:
        usable = self._usable(wanted, origin)
        door = self._db.system(reason="see whether a policy's author meets it")
        if usable.second_factor and not await store.has_factor(door, caller.account_id):
            raise OwnFactorMissing(fields={"second_factor": OwnFactorMissing.title})
        if usable.ways and await self._way_of(caller) not in usable.ways:
            raise OwnWayOther(fields={"ways": OwnWayOther.title})
        return usable

    def _usable(self, wanted: SignInPolicy, origin: Origin) -> SignInPolicy:
        return policy.require_usable(
            wanted, origin.address, self._longest, self.offered
        )

    async def _way_of(self, caller: Caller) -> str:
        door = self._db.system(reason="see how the session of a request began")
        return await store.way_of(door, caller.session_id)

    async def _record(
        self, tx: Tx, action: str, caller: Caller, now: SignInPolicy, origin: Origin
    ) -> None:
        where = caller.organization_id
        await self._audit.record(
            tx,
            Entry(
                action,
                Actor.of(caller),
                Target("organization", str(where)),
                where,
                details=policy.told(now),
                origin=origin,
            ),
        )
