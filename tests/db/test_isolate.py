"""A table of one's own joins the isolation by one call."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from strongroom.db import OWNER, Connection, single_connection, wall_breaches
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from tests.conftest import OWNER_PASSWORD


ISOLATE = "select strongroom.isolate($1::text::regclass)"
TABLE = "organization_id uuid not null, text text not null"
TEXTS = "select text from jars order by text"


@pytest.fixture(scope="module")
async def owner(postgres: EmbeddedPostgres, database: str) -> AsyncIterator[Connection]:
    """Lend a connection as the role that owns the schema."""
    async with single_connection(
        postgres.url(OWNER, OWNER_PASSWORD, database)
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
async def jars(owner: Connection) -> tuple[UUID, UUID]:
    """Isolate a table with a row of each of two organizations; return those."""
    first, second = new_id(), new_id()
    await owner.execute(f"create table public.jars ({TABLE})")
    await owner.fetch(ISOLATE, "public.jars")
    for organization, text in ((first, "plum"), (second, "quince")):
        await owner.execute("insert into jars values ($1, $2)", organization, text)
    return first, second


async def texts(room: Strongroom, organization: UUID) -> list[str]:
    """Return what *organization* sees in the jars."""
    return [row["text"] for row in await room.db.tenant(organization).fetch(TEXTS)]


async def test_foreign_rows_are_invisible(
    room: Strongroom, jars: tuple[UUID, UUID]
) -> None:
    """Each organization sees its own row, and a third one sees none."""
    assert await texts(room, jars[0]) == ["plum"]
    assert await texts(room, jars[1]) == ["quince"]
    assert await texts(room, new_id()) == []


async def test_foreign_rows_are_out_of_reach(
    room: Strongroom, jars: tuple[UUID, UUID], owner: Connection
) -> None:
    """A statement without any condition changes and deletes one's own rows alone."""
    guest = new_id()
    async with room.db.tenant(guest) as tx:
        assert await tx.execute("update jars set text = 'mine'") == "UPDATE 0"
        assert await tx.execute("delete from jars") == "DELETE 0"
    kept = await owner.fetchval(
        "select count(*) from jars where organization_id = any($1)", list(jars)
    )
    assert kept == 2


async def test_a_row_for_another_is_refused(
    room: Strongroom, jars: tuple[UUID, UUID]
) -> None:
    """Neither a new row nor one's own can be given to another organization."""
    first, second = jars
    for statement in (
        "insert into jars values ($1, 'pushed')",
        "update jars set organization_id = $1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with room.db.tenant(first) as tx:
                await tx.execute(statement, second)
    assert await texts(room, second) == ["quince"]


async def test_the_database_fills_in_whose_it_is(
    room: Strongroom, jars: tuple[UUID, UUID]
) -> None:
    """An insert that names no organization belongs to the one whose door it used."""
    first, second = jars
    async with room.db.tenant(first) as tx:
        await tx.execute("insert into jars (text) values ('damson')")
        assert await tx.fetchval("select count(*) from jars") == 2
        await tx.execute("delete from jars where text = 'damson'")
    assert await texts(room, second) == ["quince"]


async def test_the_owner_keeps_access_in_person(
    owner: Connection, jars: tuple[UUID, UUID], room: Strongroom
) -> None:
    """The table's owner sees every row; a view of the owner's lends nobody its eyes."""
    assert [row["text"] for row in await owner.fetch(TEXTS)] == ["plum", "quince"]
    await owner.execute(
        "create view public.shelf as select * from jars;"
        " grant select on public.shelf to strongroom_app"
    )
    shelf = await room.db.tenant(jars[0]).fetch("select text from shelf")
    await owner.execute("drop view public.shelf")
    assert shelf == []


async def test_a_later_policy_cannot_widen_the_floor(
    owner: Connection, jars: tuple[UUID, UUID], room: Strongroom
) -> None:
    """A permissive policy that allows everything to everybody shows nothing more."""
    await owner.execute("create policy generous on jars using (true) with check (true)")
    try:
        assert await texts(room, jars[0]) == ["plum"]
        assert await texts(room, new_id()) == []
    finally:
        await owner.execute("drop policy generous on jars")


async def test_a_second_call_changes_nothing(
    owner: Connection, jars: tuple[UUID, UUID], room: Strongroom
) -> None:
    """Isolating again leaves the same policies, and brings a lost one back."""
    policies = (
        "select polname, polpermissive, polcmd, polroles,"
        " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)"
        " from pg_policy where polrelid = 'jars'::regclass order by polname"
    )
    before = await owner.fetch(policies)
    await owner.fetch(ISOLATE, "public.jars")
    assert await owner.fetch(policies) == before
    await owner.execute("drop policy strongroom_floor on jars")
    assert await texts(room, new_id()) == ["plum", "quince"]
    await owner.fetch(ISOLATE, "public.jars")
    assert await owner.fetch(policies) == before
    assert await texts(room, jars[0]) == ["plum"]


async def test_a_table_in_a_schema_of_its_own_joins_too(
    owner: Connection, room: Strongroom
) -> None:
    """The call opens the way to the schema, and to the sequence that numbers rows."""
    await owner.execute(
        f"create schema shop; create table shop.orders (number serial, {TABLE})"
    )
    await owner.fetch(ISOLATE, "shop.orders")
    organization = new_id()
    async with room.db.tenant(organization) as tx:
        await tx.execute("insert into shop.orders (text) values ('tea')")
        assert await tx.fetchval("select number from shop.orders") == 1
    assert await room.db.tenant(new_id()).fetch("select number from shop.orders") == []


@pytest.mark.parametrize(
    ("columns", "kind", "words"),
    [
        ("text text", asyncpg.UndefinedColumnError, "no column organization_id"),
        ("organization_id text", asyncpg.DatatypeMismatchError, "must be a uuid"),
    ],
)
async def test_a_table_that_names_no_tenant_is_refused(
    owner: Connection, columns: str, kind: type[Exception], words: str
) -> None:
    """The error says what the table lacks, and the table stays as it was."""
    async with owner.transaction():
        await owner.execute(f"create table public.nameless ({columns})")
        with pytest.raises(kind, match=words):
            async with owner.transaction():
                await owner.fetch(ISOLATE, "public.nameless")
        isolated = await owner.fetchval(
            "select relrowsecurity from pg_class where oid = 'nameless'::regclass"
        )
        await owner.execute("drop table public.nameless")
    assert isolated is False


@pytest.mark.parametrize("reason", [None, "", "          padded     ", "shared"])
async def test_sharing_needs_a_reason(owner: Connection, reason: str | None) -> None:
    """A table that belongs to no organization needs words, not a placeholder."""
    with pytest.raises(asyncpg.InvalidParameterValueError, match="say in a few words"):
        await owner.fetch(
            "select strongroom.share('strongroom.memberships', $1)", reason
        )


async def test_the_wall_tells_forgotten_from_shared(owner: Connection) -> None:
    """A forgotten table is a breach, reachable or not; a shared one says why."""
    await owner.execute(
        f"create table public.forgotten ({TABLE}); create table public.rates (per int);"
        " grant select on public.rates to strongroom_app"
    )
    breaches, _ = await wall_breaches(owner)
    assert "forgotten does not force row-level security" in breaches
    assert "rates has no floor between tenants" in breaches
    await owner.execute("drop table public.forgotten")
    await owner.fetch(
        "select strongroom.share('rates', 'The same rates for everybody.')"
    )
    breaches, tables = await wall_breaches(owner)
    assert breaches == []
    assert "strongroom.memberships" in tables
