"""All SQL of roles."""

from uuid import UUID

from strongroom.db import Door, Followed, Row, Tx

from .models import Role, RoleWanted


_SHOWN = """
    select r.name, r.description, r.actions, r.earlier_description,
           r.earlier_actions,
           (select count(*) from strongroom.memberships m
             where m.role_id = r.id) as members
      from strongroom.roles r
"""


async def all_of(door: Door) -> list[Role]:
    """Return the roles that this door sees, by name."""
    return [_role(row) for row in await door.fetch(f"{_SHOWN} order by r.name")]


async def built_in_counts(door: Door) -> dict[str, int]:
    """Return how many members have each built-in role, as this door sees it."""
    rows = await door.fetch(
        "select role, count(*) as members from strongroom.memberships"
        " where role_id is null group by role"
    )
    return {row["role"]: row["members"] for row in rows}


async def find(door: Door, name: str) -> Role | None:
    """Return the role of that name."""
    row = await door.fetchrow(f"{_SHOWN} where r.name = $1", name)
    return _role(row) if row else None


async def hold(tx: Tx, organization_id: UUID) -> int:
    """Return how many roles an organization has; until *tx* ends, nobody adds one."""
    await tx.execute(
        "select from strongroom.organizations where id = $1 for no key update",
        organization_id,
    )
    count: int = await tx.fetchval("select count(*) from strongroom.roles")
    return count


async def insert(tx: Tx, wanted: RoleWanted) -> bool:
    """Keep a role; say whether its name was free."""
    tag = await tx.execute(
        "insert into strongroom.roles (name, description, actions)"
        " values ($1, $2, $3) on conflict do nothing",
        wanted.name,
        wanted.description,
        sorted(wanted.actions),
    )
    return tag == "INSERT 0 1"


async def replace(door: Followed, wanted: RoleWanted) -> bool:
    """Give a role another description and other actions; say whether there is one.

    What it was before is kept, for whoever takes the change back.
    """
    changed = await door.fetchrow(
        "update strongroom.roles set description = $2, actions = $3,"
        " earlier_description = description, earlier_actions = actions"
        " where name = $1 returning id",
        wanted.name,
        wanted.description,
        sorted(wanted.actions),
    )
    return changed is not None


async def swap(door: Followed, name: str, earlier: RoleWanted) -> bool:
    """Let a role be again what it was; say whether *earlier* is still what it was."""
    changed = await door.fetchrow(
        "update strongroom.roles set description = earlier_description,"
        " actions = earlier_actions, earlier_description = description,"
        " earlier_actions = actions where name = $1 and earlier_description = $2"
        " and earlier_actions = $3 returning id",
        name,
        earlier.description,
        sorted(earlier.actions),
    )
    return changed is not None


async def lock(tx: Tx, name: str) -> UUID | None:
    """Return the role's id; nobody is given it until the transaction ends."""
    found: UUID | None = await tx.fetchval(
        "select id from strongroom.roles where name = $1 for update", name
    )
    return found


async def holders(tx: Tx, name: str) -> list[str]:
    """Return the addresses of whoever has a role, or is invited to have it."""
    rows = await tx.fetch(
        """
        select a.email from strongroom.memberships m
          join strongroom.roles r on r.id = m.role_id and r.name = $1
          join strongroom.accounts a on a.id = m.account_id
        union
        select i.email from strongroom.invitations i
         where i.role = $1 and i.accepted_at is null and i.revoked_at is null
           and i.expires_at > now()
         order by email
        """,
        name,
    )
    return [row["email"] for row in rows]


async def delete(tx: Tx, role_id: UUID) -> None:
    """Delete a role that nobody has."""
    await tx.execute("delete from strongroom.roles where id = $1", role_id)


def _role(row: Row) -> Role:
    name, before = row["name"], row["earlier_actions"]
    earlier = before and RoleWanted(name, row["earlier_description"], frozenset(before))
    actions = frozenset(row["actions"])
    return Role(name, row["description"], actions, row["members"], earlier=earlier)
