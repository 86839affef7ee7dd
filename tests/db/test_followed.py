"""One change and what follows from it, in one round trip: both, or neither."""

from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from strongroom.audit import HOUSE, Entry, Target
from strongroom.kernel import Origin, new_id
from strongroom.organizations import Organization
from strongroom.organizations.store import insert
from strongroom.room import Strongroom


RENAME = """
    update strongroom.organizations set name = $2
     where id = $1 and name is distinct from $2 returning name
"""


@pytest.fixture
async def organization(room: Strongroom) -> UUID:
    """Return an organization that has no entries yet."""
    found = Organization(new_id(), "Before")
    async with room.db.system(reason="test changes that are on record") as tx:
        await insert(tx, found)
    return found.id


def entry_of(organization: UUID) -> Entry:
    """Return the entry of a rename."""
    target = Target("organization", str(organization))
    return Entry("organization.rename", HOUSE, target, organization)


async def name_of(room: Strongroom, organization: UUID) -> str:
    """Return the name that an organization has now."""
    door = room.db.system(reason="test changes that are on record")
    row = await door.fetchrow(
        "select name from strongroom.organizations where id = $1", organization
    )
    assert row
    return str(row["name"])


async def actions_of(room: Strongroom, organization: UUID) -> list[str]:
    """Return the actions on record of an organization."""
    page = await room.audit.page(organization)
    return [each.action for each in page.entries]


@pytest.mark.parametrize("_", range(7))
async def test_a_change_is_on_record(
    room: Strongroom, organization: UUID, _: int
) -> None:
    """Also once Postgres has settled on one plan, after some executions."""
    door = room.audit.recording(entry_of(organization))
    changed = await door.fetchrow(RENAME, organization, "After")
    assert changed
    assert changed["name"] == await name_of(room, organization) == "After"
    assert await actions_of(room, organization) == ["organization.rename"]


async def test_what_changed_nothing_is_not_on_record(
    room: Strongroom, organization: UUID
) -> None:
    """No row, no entry."""
    door = room.audit.recording(entry_of(organization))
    assert await door.fetchrow(RENAME, organization, "Before") is None
    assert await actions_of(room, organization) == []


async def test_another_organization_is_out_of_reach(
    room: Strongroom, organization: UUID
) -> None:
    """The change sees the door's organization only, as any statement there."""
    stranger = Organization(new_id(), "Stranger")
    async with room.db.system(reason="test changes that are on record") as tx:
        await insert(tx, stranger)
    door = room.audit.recording(entry_of(stranger.id))
    assert await door.fetchrow(RENAME, organization, "Taken") is None
    assert await name_of(room, organization) == "Before"


async def test_an_entry_that_fails_undoes_its_change(
    room: Strongroom, organization: UUID
) -> None:
    """What the log does not take is not done."""
    broken = replace(entry_of(organization), origin=Origin("no address"))
    door = room.audit.recording(broken)
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        await door.fetchrow(RENAME, organization, "After")
    assert await name_of(room, organization) == "Before"


async def test_a_change_that_fails_leaves_no_entry(
    room: Strongroom, organization: UUID
) -> None:
    """What the table refuses is not on record as done."""
    door = room.audit.recording(entry_of(organization))
    with pytest.raises(asyncpg.PostgresError):
        await door.fetchrow(RENAME, organization, None)
    assert await actions_of(room, organization) == []


async def test_many_rows_leave_one_entry(room: Strongroom, organization: UUID) -> None:
    """An entry tells of one thing that somebody did, however much it touched."""
    door = room.audit.recording(entry_of(organization))
    several = """
        insert into strongroom.audit_views (id, name, filters)
        select gen_random_uuid(), 'View ' || number, '{}'
          from generate_series(1, 3) as number
        returning id
    """
    assert len(await door.fetch(several)) == 3
    assert await actions_of(room, organization) == ["organization.rename"]
