"""All SQL of organizations and memberships."""

from uuid import UUID

from strongroom.db import Door, Followed, Row, Tx
from strongroom.kernel import CANARIES

from .models import Belonging, KnownOrganization, Member, Membership, Organization, Role


async def insert(tx: Tx, organization: Organization) -> None:
    """Keep a new organization."""
    await tx.execute(
        "insert into strongroom.organizations (id, name) values ($1, $2)",
        organization.id,
        organization.name,
    )


async def rename(door: Followed, organization: Organization) -> bool:
    """Give the organization its new name; say whether there was one."""
    renamed = await door.fetchrow(
        "update strongroom.organizations set name = $2 where id = $1 returning id",
        organization.id,
        organization.name,
    )
    return renamed is not None


async def find(door: Door, organization_id: UUID) -> Organization | None:
    """Return the organization, if this door may see it."""
    row = await door.fetchrow(
        "select id, name from strongroom.organizations where id = $1", organization_id
    )
    return Organization(row["id"], row["name"]) if row else None


async def add_member(
    tx: Tx, organization_id: UUID, account_id: UUID, role: Role
) -> None:
    """Make the account a member."""
    await tx.execute(
        """
        insert into strongroom.memberships (organization_id, account_id, role)
        values ($1, $2, $3)
        """,
        organization_id,
        account_id,
        role,
    )


async def add_own_member(
    tx: Tx, organization_id: UUID, account_id: UUID, name: str
) -> bool:
    """Make the account a member in a role that the organization defined.

    Say whether there is one of that *name*; it is not deleted meanwhile.
    """
    tag = await tx.execute(
        """
        insert into strongroom.memberships (organization_id, account_id, role, role_id)
        select $1, $2, 'viewer', own.id from strongroom.roles own
         where own.organization_id = $1 and own.name = $3 for key share
        """,
        organization_id,
        account_id,
        name,
    )
    return tag == "INSERT 0 1"


async def memberships_of(door: Door, account_id: UUID) -> list[Membership]:
    """Return where the account belongs, oldest membership first."""
    rows = await door.fetch(
        """
        select o.id, o.name, coalesce(defined.name, m.role) as role
          from strongroom.memberships m
          left join strongroom.roles defined on defined.id = m.role_id
          join strongroom.organizations o on o.id = m.organization_id
         where m.account_id = $1 order by m.created_at, o.id
        """,
        account_id,
    )
    return [
        Membership(Organization(row["id"], row["name"]), row["role"]) for row in rows
    ]


async def all_of(
    door: Door, words: str, limit: int | None, *, canaries: bool
) -> list[KnownOrganization]:
    """Return organizations by a part of their name, or one by its id.

    One whose members are canaries alone is among them if *canaries* says so, and
    whenever it is asked for by its id.
    """
    rows = await door.fetch(
        """
        select o.id, o.name, o.created_at, m.members, m.owners
          from strongroom.organizations o, lateral (
              select count(*) as members,
                     coalesce(array_agg(a.email order by a.email)
                              filter (where m.role = 'owner'), '{}') as owners,
                     coalesce(bool_and(a.email like $3), false) as canaries
                from strongroom.memberships m
                join strongroom.accounts a on a.id = m.account_id
               where m.organization_id = o.id
          ) m
         where o.id::text = $1
            or position(lower($1) in lower(o.name)) > 0 and ($4 or not m.canaries)
         order by o.name, o.id limit $2
        """,
        words,
        limit,
        f"%{CANARIES}",
        canaries,
    )
    return [
        KnownOrganization(
            row["id"],
            row["name"],
            row["created_at"],
            row["members"],
            tuple(row["owners"]),
        )
        for row in rows
    ]


async def members(door: Door) -> list[Member]:
    """Return the members that this door may see, oldest first."""
    rows = await door.fetch(
        """
        select a.id, a.email, coalesce(defined.name, m.role) as role,
               m.created_at
          from strongroom.memberships m
          left join strongroom.roles defined on defined.id = m.role_id
          join strongroom.accounts a on a.id = m.account_id
         order by m.created_at, a.id
        """
    )
    return [_member(row) for row in rows]


async def lock_roles(tx: Tx) -> dict[UUID, Role]:
    """Return every member's role, held still until the transaction ends."""
    rows = await tx.fetch(
        "select account_id, role from strongroom.memberships"
        " order by account_id for update"
    )
    return {row["account_id"]: row["role"] for row in rows}


async def set_role(tx: Tx, account_id: UUID, role: Role) -> None:
    """Give a member a built-in role."""
    await tx.execute(
        "update strongroom.memberships set role = $2, role_id = null"
        " where account_id = $1",
        account_id,
        role,
    )


async def set_own_role(tx: Tx, account_id: UUID, name: str) -> bool:
    """Give a member a role of the organization's own; say whether there is one.

    It is not deleted meanwhile.
    """
    tag = await tx.execute(
        """
        with own as (
            select id from strongroom.roles where name = $2 for key share)
        update strongroom.memberships m set role = 'viewer', role_id = own.id
          from own where m.account_id = $1
        """,
        account_id,
        name,
    )
    return tag == "UPDATE 1"


async def own_roles(door: Door) -> dict[str, frozenset[str]]:
    """Return what each role holds that the organization defined, by its name."""
    rows = await door.fetch("select name, actions from strongroom.roles order by name")
    return {row["name"]: frozenset(row["actions"]) for row in rows}


async def remove_member(tx: Tx, account_id: UUID) -> None:
    """End a membership; its sessions end with it."""
    await tx.execute(
        "delete from strongroom.memberships where account_id = $1", account_id
    )


async def belongings(tx: Tx, account_id: UUID) -> list[Belonging]:
    """Return what an account belongs to, held still until the transaction ends."""
    rows = await tx.fetch(
        """
        select o.id, o.name from strongroom.organizations o
         where o.id in (select organization_id from strongroom.memberships
                         where account_id = $1)
         order by o.id for update
        """,
        account_id,
    )
    return [await _belonging(tx, row, account_id) for row in rows]


async def _belonging(tx: Tx, row: Row, account_id: UUID) -> Belonging:
    counted = await tx.fetchrow(
        """
        select count(*) as members,
               count(*) filter (where role = 'owner' and account_id <> $2) = 0 as alone
          from strongroom.memberships where organization_id = $1
        """,
        row["id"],
        account_id,
    )
    organization = Organization(row["id"], row["name"])
    members, alone = counted or (0, False)
    return Belonging(organization, members, only_owner=alone)


async def delete(tx: Tx, organization_id: UUID) -> None:
    """Delete an organization, with every row that hangs on it."""
    await tx.execute(
        "delete from strongroom.organizations where id = $1", organization_id
    )


def _member(row: Row) -> Member:
    return Member(row["id"], row["email"], row["role"], row["created_at"])
