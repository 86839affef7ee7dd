"""The database itself lets tenants see each other.

Postgres releases leak through row-level security (CVE-2024-10976, CVE-2025-8713),
and a role that is above the policies never meets them. Neither is served on.
"""

import pytest

from strongroom.db import (
    OWNER,
    UnsafeDatabase,
    require_safe_database,
    single_connection,
)
from strongroom.db.checks import (
    FIXED_MINORS,
    require_harmless_role,
    require_safe_version,
)
from strongroom.db.embedded import EmbeddedPostgres
from tests.conftest import OWNER_PASSWORD, PASSWORDS


def superuser_of(postgres: EmbeddedPostgres, database: str) -> str:
    """Return the superuser's URL of one database of the server."""
    return postgres.superuser_url.replace("/postgres?", f"/{database}?")


LEAKING = [90624, 100023, 110022, 120022, 130023]


@pytest.mark.parametrize("number", LEAKING)
def test_a_forgotten_release_is_refused(number: int) -> None:
    """What gets no more fixes is refused, whatever its minor number."""
    with pytest.raises(UnsafeDatabase, match="leaks across row-level security"):
        require_safe_version(number)


@pytest.mark.parametrize(("major", "minor"), FIXED_MINORS.items())
def test_the_last_leaking_minor_is_refused(major: int, minor: int) -> None:
    """One minor below the fix is refused, with the one to install; the fix is not."""
    with pytest.raises(UnsafeDatabase, match=rf"use {major}\.{minor} or newer"):
        require_safe_version(major * 10_000 + minor - 1)
    require_safe_version(major * 10_000 + minor)
    require_safe_version(major * 10_000 + minor + 1)


@pytest.mark.parametrize("number", [180000, 180001, 190000])
def test_a_newer_major_is_accepted(number: int) -> None:
    """It was made after the fixes."""
    require_safe_version(number)


@pytest.mark.parametrize("role", ["superuser", OWNER])
async def test_a_role_above_the_policies_is_refused(
    postgres: EmbeddedPostgres, database: str, role: str
) -> None:
    """A superuser and the owner of the tables never meet a policy."""
    urls = {
        "superuser": postgres.superuser_url,
        OWNER: postgres.url(OWNER, OWNER_PASSWORD, database),
    }
    async with single_connection(urls[role]) as connection:
        with pytest.raises(UnsafeDatabase, match="could bypass isolation"):
            await require_harmless_role(connection)


@pytest.mark.parametrize("right", ["superuser", "bypassrls"])
async def test_a_right_given_later_is_found(
    postgres: EmbeddedPostgres, database: str, right: str
) -> None:
    """The application's own role is refused too, once somebody lifts it up."""
    url = postgres.url("strongroom_app", PASSWORDS.app, database)
    async with single_connection(postgres.superuser_url) as superuser:
        await superuser.execute(f"alter role strongroom_app {right}")
        try:
            with pytest.raises(UnsafeDatabase, match="could bypass isolation"):
                await require_safe_database(url)
        finally:
            await superuser.execute(f"alter role strongroom_app no{right}")
    await require_safe_database(url)


async def test_a_role_in_a_higher_one_is_refused(
    postgres: EmbeddedPostgres, database: str
) -> None:
    """Membership in a role that owns a table is ownership."""
    url = postgres.url("strongroom_app", PASSWORDS.app, database)
    async with single_connection(superuser_of(postgres, database)) as superuser:
        await superuser.execute(
            "create role landlord; create table public.flats (id int);"
            " alter table public.flats owner to landlord;"
            " grant landlord to strongroom_app"
        )
        try:
            with pytest.raises(UnsafeDatabase, match="owns"):
                await require_safe_database(url)
        finally:
            await superuser.execute("drop table public.flats; drop role landlord")
    await require_safe_database(url)


async def test_our_own_roles_are_accepted(
    postgres: EmbeddedPostgres, database: str
) -> None:
    """Both doors open on the Postgres that comes with the house."""
    await require_safe_database(
        postgres.url("strongroom_app", PASSWORDS.app, database),
        postgres.url("strongroom_system", PASSWORDS.system, database),
    )


async def test_no_statistics_of_others_are_shown(
    postgres: EmbeddedPostgres, database: str
) -> None:
    """The application cannot read what the planner knows about everybody's rows."""
    query = "select count(*) from pg_stats where schemaname = 'strongroom'"
    async with single_connection(
        postgres.url(OWNER, OWNER_PASSWORD, database)
    ) as owner:
        await owner.execute(
            "insert into strongroom.organizations (id, name)"
            " select gen_random_uuid(), 'Canary ' || n from generate_series(1, 200) n;"
            " analyze strongroom.organizations"
        )
    async with single_connection(superuser_of(postgres, database)) as superuser:
        assert await superuser.fetchval(query) > 0
    app = postgres.url("strongroom_app", PASSWORDS.app, database)
    async with single_connection(app) as intruder:
        assert await intruder.fetchval(query) == 0
