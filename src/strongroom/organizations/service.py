"""Organizations: found one, name it, see and change who belongs to it.

Guards against an organization without an owner. Every verb but founding speaks
through the tenant door, so it cannot reach another organization's rows.
"""

from typing import cast
from uuid import UUID

from strongroom.audit import Actor, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.kernel import Caller, NotFound, Origin, new_id

from . import events, store
from .errors import LastOwner, OwnerByOffer, RoleUnknown
from .models import (
    BUILT_IN,
    Belonging,
    KnownOrganization,
    Member,
    Membership,
    Organization,
    Role,
)
from .policy import require_name


class Organizations:
    """The tenants of this house."""

    def __init__(self, db: Database, audit: AuditLog) -> None:
        """Keep rows in *db* and put every change on record in *audit*."""
        self._db, self._audit = db, audit

    async def found(self, tx: Tx, name: str, owner_id: UUID) -> Organization:
        """Make an organization whose only member is its owner; put nothing on record.

        Raises:
            NameInvalid: see the policy.

        """
        organization = Organization(new_id(), require_name(name))
        await store.insert(tx, organization)
        await store.add_member(tx, organization.id, owner_id, "owner")
        return organization

    async def get(self, organization_id: UUID, wanted: UUID) -> Organization:
        """Return *wanted* as *organization_id* sees it.

        Raises:
            NotFound: it is another organization's, or nobody's.

        """
        found = await store.find(self._db.tenant(organization_id), wanted)
        if found is None:
            raise NotFound
        return found

    async def of(self, account_id: UUID) -> list[Membership]:
        """Return where *account_id* belongs, oldest first."""
        door = self._db.system(reason="list the organizations of an account")
        return await store.memberships_of(door, account_id)

    async def everywhere(
        self, words: str = "", limit: int | None = None, *, canaries: bool = False
    ) -> list[KnownOrganization]:
        """Return organizations by name, for the operator: all, or those with *words*.

        Those of the *canaries*, whom only proofs play, are left out unless asked for.
        """
        door = self._db.system(reason="show operators the organizations")
        return await store.all_of(door, words.strip(), limit, canaries=canaries)

    async def belongings(self, tx: Tx, account_id: UUID) -> list[Belonging]:
        """Return what *account_id* belongs to; nobody joins till *tx* ends."""
        return await store.belongings(tx, account_id)

    async def admit(
        self, tx: Tx, organization_id: UUID, account_id: UUID, role: str
    ) -> None:
        """Make an account a member; whoever asks puts on record why.

        Raises:
            RoleUnknown: it is neither built in nor one that the organization defined.

        """
        if role in BUILT_IN:
            built_in = cast("Role", role)
            await store.add_member(tx, organization_id, account_id, built_in)
        elif not await store.add_own_member(tx, organization_id, account_id, role):
            raise RoleUnknown(fields={"role": RoleUnknown.title})

    async def dissolve(self, tx: Tx, organization_id: UUID) -> None:
        """Delete an organization that nobody is left in, with all that was its own."""
        await store.delete(tx, organization_id)

    async def rename(
        self, organization: Organization, actor: Actor, origin: Origin
    ) -> Organization:
        """Give the organization a new name.

        Raises:
            NameInvalid: see the policy.

        """
        renamed = Organization(organization.id, require_name(organization.name))
        target = Target("organization", str(renamed.id))
        entry = Entry(events.RENAME, actor, target, renamed.id, origin=origin)
        if not await store.rename(self._audit.recording(entry), renamed):
            raise NotFound
        return renamed

    async def members(self, organization_id: UUID) -> list[Member]:
        """Return the members of *organization_id*."""
        return await store.members(self._db.tenant(organization_id))

    async def change_role(
        self,
        organization_id: UUID,
        account_id: UUID,
        role: str,
        *,
        actor: Actor,
        origin: Origin,
    ) -> None:
        """Give a member another role, built in or the organization's own.

        Raises:
            NotFound: no such member here.
            LastOwner: nobody would own the organization.
            OwnerByOffer: nobody becomes an owner in this way.
            RoleUnknown: it is neither built in nor one that the organization defined.

        """
        if role == "owner":
            raise OwnerByOffer
        entry = _about(events.CHANGE_ROLE, organization_id, account_id, actor, origin)
        async with self._db.tenant(organization_id) as tx:
            await _require_other_owner(tx, account_id, role)
            await _set_role(tx, account_id, role)
            await self._audit.record(tx, entry)

    async def remove(
        self, organization_id: UUID, account_id: UUID, *, actor: Actor, origin: Origin
    ) -> None:
        """End a membership; the person's sessions here end with it.

        Raises:
            NotFound: no such member here.
            LastOwner: nobody would own the organization.

        """
        entry = _about(events.REMOVE_MEMBER, organization_id, account_id, actor, origin)
        await self._end_membership(organization_id, account_id, entry)

    async def leave(self, caller: Caller, origin: Origin) -> None:
        """End the caller's own membership, and their sessions and keys here with it.

        Raises:
            LastOwner: nobody would own the organization.

        """
        where, account_id = caller.organization_id, caller.account_id
        entry = _about(events.LEAVE, where, account_id, Actor.of(caller), origin)
        await self._end_membership(where, account_id, entry)

    async def _end_membership(
        self, organization_id: UUID, account_id: UUID, entry: Entry
    ) -> None:
        async with self._db.tenant(organization_id) as tx:
            await _require_other_owner(tx, account_id, None)
            await store.remove_member(tx, account_id)
            await self._audit.record(tx, entry)


class RoleNames:
    """What the roles are called that a member can have, and what its own hold."""

    def __init__(self, db: Database) -> None:
        """Read the organizations' own from *db*."""
        self._db = db

    async def of(self, organization_id: UUID) -> tuple[str, ...]:
        """Return the name of every role of an organization, built-in ones first."""
        return (*BUILT_IN, *await self.own(organization_id))

    async def own(self, organization_id: UUID) -> dict[str, frozenset[str]]:
        """Return what each role holds that the organization defined, by its name."""
        return await store.own_roles(self._db.tenant(organization_id))


async def _set_role(tx: Tx, account_id: UUID, role: str) -> None:
    if role in BUILT_IN:
        await store.set_role(tx, account_id, cast("Role", role))
    elif not await store.set_own_role(tx, account_id, role):
        raise RoleUnknown


def _about(
    action: str,
    organization_id: UUID,
    account_id: UUID,
    actor: Actor,
    origin: Origin,
) -> Entry:
    target = Target("account", str(account_id))
    return Entry(action, actor, target, organization_id, origin=origin)


async def _require_other_owner(tx: Tx, account_id: UUID, becomes: str | None) -> None:
    roles = await store.lock_roles(tx)
    if account_id not in roles:
        raise NotFound
    others = [role for member, role in roles.items() if member != account_id]
    if becomes != "owner" and "owner" not in others:
        raise LastOwner
