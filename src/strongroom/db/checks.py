"""What must be so before the house opens its doors.

Guards against a server with known row-security leaks and against a role that
could walk around the policies. Refuses to start rather than warn.
"""

import asyncpg

from .errors import UnsafeDatabase
from .pool import Connection


FIXED_MINORS = {14: 19, 15: 14, 16: 10, 17: 6}
"""The first minor release without CVE-2024-10976 and CVE-2025-8713."""


def require_safe_version(number: int) -> None:
    """Accept a ``server_version_num`` that has the row-security fixes.

    Raises:
        UnsafeDatabase: the server is too old.

    """
    major, minor = divmod(number, 10_000)
    if major < min(FIXED_MINORS) or minor < FIXED_MINORS.get(major, 0):
        wanted = f"{major}.{FIXED_MINORS[major]}" if major in FIXED_MINORS else "15.14"
        message = (
            f"Postgres {major}.{minor} leaks across row-level security"
            f" (CVE-2025-8713); use {wanted} or newer"
        )
        raise UnsafeDatabase(message)


async def require_harmless_role(connection: Connection) -> None:
    """Accept a connection whose role cannot walk around the policies.

    Raises:
        UnsafeDatabase: it is superuser, bypasses row security, or owns tables.

    """
    (row,) = await connection.fetch(
        """
        select current_user as name, bool_or(r.rolsuper) as super,
               bool_or(r.rolbypassrls) as bypass,
               exists (select from pg_class c where c.relkind in ('r', 'p', 'v', 'm')
                       and pg_has_role(current_user, c.relowner, 'member')) as owns
          from pg_roles r where pg_has_role(current_user, r.oid, 'member')
        """
    )
    faults = [word for word in ("super", "bypass", "owns") if row[word]]
    if faults:
        message = f"role {row['name']} could bypass isolation: {', '.join(faults)}"
        raise UnsafeDatabase(message)


async def require_safe_database(*urls: str) -> None:
    """Check the server and every role that the house will use.

    Raises:
        UnsafeDatabase: see the two checks above.

    """
    for url in urls:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            number = await connection.fetchval("show server_version_num")
            require_safe_version(int(number))
            await require_harmless_role(connection)
        finally:
            await connection.close()
