"""The owner's role and the house's database, in a cluster of our own.

Done as superuser, before the first migration and again at each start. The owner may
make roles; it is no superuser and bypasses nothing.
"""

from .owner import single_connection
from .pool import Connection


OWNER = "strongroom_owner"
DATABASE = "strongroom"


async def found_database(superuser_url: str, owner_password: str) -> None:
    """Make sure that the owner can log in and owns the database.

    Raises:
        DatabaseUnavailable: the server does not answer.
        ValueError: the password is not alphanumeric.

    """
    if not owner_password.isalnum():  # It cannot be a parameter of this statement.
        message = "the owner's password must be alphanumeric"
        raise ValueError(message)
    async with single_connection(superuser_url) as superuser:
        if not await _has(superuser, "pg_roles", "rolname", OWNER):
            await superuser.execute("create role strongroom_owner")
        await superuser.execute(
            # lint: sql-format, because a password cannot be a parameter here.
            f"alter role {OWNER} login createrole password '{owner_password}'"
        )
        if not await _has(superuser, "pg_database", "datname", DATABASE):
            await superuser.execute("create database strongroom owner strongroom_owner")


async def _has(connection: Connection, catalogue: str, column: str, name: str) -> bool:
    """Say whether a *catalogue* of ours to name has a row called *name*."""
    found = await connection.fetchval(
        # lint: sql-format, because both names are constants of this module.
        f"select 1 from pg_catalog.{catalogue} where {column} = $1",
        name,
    )
    return found is not None
