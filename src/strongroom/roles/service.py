"""Define, change and delete the roles of an organization.

Guards against a role that is wider than whoever defines it: what can be put into one is
a part of what every admin may do, and defining roles cannot be put into one. What a
role holds is read at each request, so a change holds from the next one on.
"""

from dataclasses import replace
from uuid import UUID

from strongroom.access import GRANTABLE, GRANTS
from strongroom.audit import AuditLog, Entry, Target
from strongroom.db import Database
from strongroom.kernel import Caller, NotFound, Origin
from strongroom.organizations import BUILT_IN

from . import events, policy, store
from .errors import RoleExists, RoleInUse, RoleInvalid, RoleUnchanged
from .models import Role, RoleWanted


class Roles:
    """The roles of organizations, built-in ones included."""

    def __init__(self, db: Database, audit: AuditLog) -> None:
        """Keep rows in *db* and put every change on record in *audit*."""
        self._db, self._audit = db, audit

    async def all(self, organization_id: UUID) -> list[Role]:
        """Return every role that a member can have, built-in ones first."""
        door = self._db.tenant(organization_id)
        counts = await store.built_in_counts(door)
        return [_built_in(name, counts.get(name, 0)) for name in BUILT_IN] + (
            [_of_this_version(each) for each in await store.all_of(door)]
        )

    async def get(self, organization_id: UUID, name: str) -> Role:
        """Return a role that the organization defined.

        Raises:
            NotFound: it defined none of that name.

        """
        found = await store.find(self._db.tenant(organization_id), name)
        if found is None:
            raise NotFound
        return _of_this_version(found)

    async def granted(self, organization_id: UUID, name: str) -> frozenset[str] | None:
        """Return what a role of the organization's own holds, None if it has none."""
        found = await store.find(self._db.tenant(organization_id), name)
        return found.actions if found else None

    async def create(self, caller: Caller, wanted: RoleWanted, origin: Origin) -> None:
        """Define a role.

        Raises:
            RoleInvalid: see the policy; or the organization has too many.
            RoleExists: the name is taken.

        """
        usable = policy.require_usable(wanted)
        entry = _entry(events.CREATE, caller, usable, origin)
        async with self._db.tenant(caller.organization_id) as tx:
            if await store.hold(tx, caller.organization_id) >= policy.MOST_ROLES:
                message = f"An organization has at most {policy.MOST_ROLES} roles."
                raise RoleInvalid(fields={"name": message})
            if not await store.insert(tx, usable):
                raise RoleExists(fields={"name": RoleExists.title})
            await self._audit.record(tx, entry)

    async def change(self, caller: Caller, wanted: RoleWanted, origin: Origin) -> None:
        """Let a role do something else, from the next request of whoever has it on.

        Raises:
            NotFound: the organization defined none of that name.
            RoleInvalid: see the policy.

        """
        await self.get(caller.organization_id, wanted.name)
        usable = policy.require_usable(wanted)
        entry = _entry(events.CHANGE, caller, usable, origin)
        if not await store.replace(self._audit.recording(entry), usable):
            raise NotFound

    async def undo(self, caller: Caller, name: str, origin: Origin) -> None:
        """Take the last change of a role back; a second time brings it again.

        Raises:
            NotFound: the organization defined none of that name.
            RoleUnchanged: it was never changed, or somebody was faster.

        """
        door = self._db.tenant(caller.organization_id)
        found = await store.find(door, name)
        if found is None:
            raise NotFound
        if found.earlier is None:
            raise RoleUnchanged
        entry = _entry(events.CHANGE, caller, found.earlier, origin)
        if not await store.swap(self._audit.recording(entry), name, found.earlier):
            raise RoleUnchanged

    async def delete(self, caller: Caller, name: str, origin: Origin) -> None:
        """Delete a role that nobody has.

        Raises:
            NotFound: the organization defined none of that name.
            RoleInUse: somebody has it, or is invited to.

        """
        target = Target("role", name)
        async with self._db.tenant(caller.organization_id) as tx:
            role_id = await store.lock(tx, name)
            if role_id is None:
                raise NotFound
            if holders := await store.holders(tx, name):
                raise RoleInUse(policy.in_the_way(holders))
            await store.delete(tx, role_id)
            entry = Entry.by(caller, events.DELETE, target, origin)
            await self._audit.record(tx, entry)


def _of_this_version(role: Role) -> Role:
    """Return a role without what another version stored, which grants nothing."""
    return replace(role, actions=role.actions & GRANTABLE)


def _built_in(name: str, members: int) -> Role:
    shown = frozenset(each for each, roles in GRANTS.items() if name in roles)
    return Role(
        name,
        policy.BUILT_IN_DESCRIPTIONS[name],
        shown,
        members,
        is_built_in=True,
    )


def _entry(action: str, caller: Caller, wanted: RoleWanted, origin: Origin) -> Entry:
    details = {"actions": " ".join(sorted(wanted.actions))}
    return Entry.by(caller, action, Target("role", wanted.name), origin, **details)
