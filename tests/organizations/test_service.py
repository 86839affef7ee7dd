"""Every organization, as the operator finds it."""

from uuid import UUID

from strongroom.kernel import CANARIES, new_id
from strongroom.room import Strongroom


async def found(room: Strongroom, name: str, *emails: str) -> UUID:
    """Found an organization of the people with these addresses."""
    async with room.db.system(reason="found what a test needs") as tx:
        people = [await room.accounts.create(tx, email) for email in emails]
        made = await room.organizations.found(tx, name, people[0].id)
        for each in people[1:]:
            await room.organizations.admit(tx, made.id, each.id, "member")
    return made.id


async def test_the_organizations_of_canaries_are_shown_on_demand(
    room: Strongroom,
) -> None:
    """One that a single person belongs to is a customer's, whoever else is in it."""
    bird, person = f"{new_id().hex}{CANARIES}", f"{new_id().hex}@example.invalid"
    flock = await found(room, "Flock of Canaries", bird)
    mixed = await found(room, "Mixed Flock", person, f"{new_id().hex}{CANARIES}")
    everywhere = room.organizations.everywhere
    shown_first = {each.id for each in await everywhere()}
    assert (mixed in shown_first, flock in shown_first) == (True, False)
    assert {each.id for each in await everywhere(canaries=True)} >= {flock, mixed}
    assert [each.id for each in await everywhere(" mixed ", canaries=True)] == [mixed]
    assert [each.id for each in await everywhere(str(flock))] == [flock]
    [shown] = await everywhere("flock", 1)
    assert (shown.name, shown.members, shown.owners) == ("Mixed Flock", 2, (person,))


async def test_one_without_members_is_no_canary(room: Strongroom) -> None:
    """It is still shown, so that nothing vanishes from sight."""
    alone = await found(room, "Left Alone", f"{new_id().hex}@example.invalid")
    door = room.db.system(reason="leave an organization without members")
    await door.fetch(
        "delete from strongroom.memberships where organization_id = $1", alone
    )
    assert [each.members for each in await room.organizations.everywhere("left")] == [0]
