"""What an attack left behind: every row of the house, and how to compare two looks."""

from strongroom.room import Strongroom


RECORDS = frozenset(
    {
        "strongroom.audit_entries",
        "strongroom.limit_budgets",
        "strongroom.limit_sightings",
    }
)
"""Here an attack may, and should, leave a trace."""


async def rows(room: Strongroom) -> dict[str, set[str]]:
    """Return a digest of each row of every table, but of the records of attacks."""
    door = room.db.system(reason="compare all rows in a test")
    tables = await door.fetch(
        """
        select c.oid::regclass::text as name from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname = 'strongroom'
           and has_table_privilege(c.oid, 'select')
        """
    )
    found = {}
    for name in sorted({table["name"] for table in tables} - RECORDS):
        # The name is Postgres' own quoting of an existing relation.
        digests = await door.fetch(f"select md5(t::text) as digest from {name} t")
        found[name] = {row["digest"] for row in digests}
    return found


async def refusals(room: Strongroom) -> int:
    """Return how many refusals are on record."""
    found = await room.db.system(reason="count refusals in a test").fetch(
        "select count(*) from strongroom.audit_entries where outcome = 'refused'"
    )
    return int(found[0]["count"])


async def done(room: Strongroom) -> int:
    """Return how many changes are on record."""
    found = await room.db.system(reason="count changes in a test").fetch(
        "select count(*) from strongroom.audit_entries where outcome = 'done'"
    )
    return int(found[0]["count"])
