"""Is the wall between tenants complete? Read from the catalogue alone.

Guards against the ways around row-level security: a table without a floor, a view or
function that looks with its owner's eyes, a role that owns or bypasses. It judges
every table of the database, the embedder's included, and knows none by name.
"""

from collections.abc import Iterator

from .doors import Row
from .pool import Connection


ALLOWED_DEFINERS = frozenset({"strongroom_guard.organization()"})
"""The only function that runs with rights that the application does not have."""

_OURS = "n.nspname !~ '^(pg_|information_schema$)'"

_TABLES = f"""
    select c.oid::regclass::text as name,
           c.relrowsecurity and c.relforcerowsecurity as enforced,
           has_any_column_privilege('strongroom_app', c.oid, 'select, insert, update')
             or has_table_privilege('strongroom_app', c.oid, 'delete, truncate')
             as reachable,
           has_table_privilege('strongroom_app', c.oid, 'truncate') as truncatable,
           exists (
             select from pg_policy p
              where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*'
                and 'strongroom_app'::regrole = any(p.polroles)
                and pg_get_expr(p.polqual, c.oid) ~ 'strongroom_guard\\.organization'
                and pg_get_expr(p.polwithcheck, c.oid)
                    ~ '^false$|strongroom_guard\\.organization'
           ) as floored,
           exists (
             select from pg_attribute a where a.attrelid = c.oid
                and a.attname = 'organization_id' and not a.attisdropped
           ) or c.oid = to_regclass('strongroom.organizations') as tenant,
           exists (select from strongroom.shared_tables s
                    where s.relation = c.oid::regclass::text) as shared
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and {_OURS}
     order by 1
"""

_VIEWS = f"""
    select c.oid::regclass::text as name, c.relkind = 'm' as materialised
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm', 'f') and {_OURS}
       and has_any_column_privilege('strongroom_app', c.oid, 'select')
       and not (c.relkind = 'v'
                and coalesce(c.reloptions, '{{}}') && array['security_invoker=true',
                                                           'security_invoker=on'])
"""

_DEFINERS = f"""
    select p.oid::regprocedure::text as name
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and {_OURS}
       and has_schema_privilege('strongroom_app', n.oid, 'usage')
       and has_function_privilege('strongroom_app', p.oid, 'execute')
"""

_ROLES = """
    select held.rolname as name from pg_roles held
     where pg_has_role('strongroom_app', held.oid, 'member')
       and (held.rolsuper or held.rolbypassrls or held.rolcreaterole
            or exists (select from pg_class c where c.relowner = held.oid))
"""


_WAYS_AROUND = (
    (_VIEWS, "shows rows with its owner's eyes"),
    (_DEFINERS, "runs with its owner's rights"),
    (_ROLES, "is above strongroom_app, which is a member of it"),
)


async def wall_breaches(connection: Connection) -> tuple[list[str], list[str]]:
    """Return what is wrong with the wall, and the tenant tables that it surrounds."""
    rows = await connection.fetch(_TABLES)
    tables = [row["name"] for row in rows if row["tenant"] and row["floored"]]
    breaches = [breach for row in rows for breach in _table_breaches(row)]
    for query, words in _WAYS_AROUND:
        names = [row["name"] for row in await connection.fetch(query)]
        breaches += [
            f"{name} {words}" for name in names if name not in ALLOWED_DEFINERS
        ]
    return breaches, tables


def _table_breaches(row: Row) -> Iterator[str]:
    # A tenant's table that nobody can reach yet is one grant away from everybody.
    if row["shared"] or not (row["reachable"] or row["tenant"]):
        return
    if not row["enforced"]:
        yield f"{row['name']} does not force row-level security"
    if row["reachable"] and not row["floored"]:
        yield f"{row['name']} has no floor between tenants"
    if row["truncatable"]:
        yield f"{row['name']} can be truncated by the application"
