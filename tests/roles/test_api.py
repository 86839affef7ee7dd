"""Roles of an organization's own: exactly what they hold, from the next request on."""

import asyncio
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from strongroom.access import EVERY_ROLE, GRANTABLE, actions_for_keys, actions_of
from strongroom.roles.policy import MOST_ROLES, RESERVED
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, join, organization_of, sign_in
from tests.records import recorded


ROLES = "/api/v1/roles"
CLERK: dict[str, Any] = {
    "name": "clerk",
    "description": "Reads the log.",
    "actions": ["audit.read", "member.read", "api-key.create", "api-key.read"],
}


@dataclass
class Team:
    """An owner, and a member who has the role that the owner defined."""

    owner: httpx.AsyncClient
    clerk: httpx.AsyncClient
    person: Person
    address: str
    """Where the member's role is changed."""


@pytest.fixture
async def team(room: Strongroom, app: httpx.AsyncClient, visit: Visit) -> Team:
    """Lend an organization with a clerk in it."""
    await found_organization(room, app)
    (await app.post(ROLES, json=CLERK)).raise_for_status()
    person = await join(room, await organization_of(app), "viewer")
    theirs = visit()
    await sign_in(theirs, person)
    account = (await theirs.get("/api/v1/session")).json()["account_id"]
    address = f"/api/v1/members/{account}"
    (await app.patch(address, json={"role": "clerk"})).raise_for_status()
    return Team(app, theirs, person, address)


async def test_a_role_may_do_what_it_holds_and_no_more(team: Team) -> None:
    """It is told by its name; what is not chosen is refused."""
    session = (await team.clerk.get("/api/v1/session")).json()
    assert session["role"] == "clerk"
    assert (await team.clerk.get("/api/v1/audit-logs")).is_success
    assert (await team.clerk.get("/api/v1/members")).is_success
    for path in ("/api/v1/integrations", "/api/v1/keys", ROLES):
        assert (await team.clerk.get(path)).json()["type"] == "/problems/forbidden"
    where = f"/api/v1/organizations/{session['organization_id']}"
    assert (await team.clerk.get(where)).is_success
    assert (await team.clerk.patch(where, json={"name": "Taken"})).status_code == 403


async def test_a_change_holds_from_the_next_request_on(
    room: Strongroom, team: Team
) -> None:
    """Both ways, without signing in again."""
    assert (await team.clerk.get("/api/v1/integrations")).status_code == 403
    wanted = {"description": "", "actions": ["integration.read"]}
    changed = await team.owner.put(f"{ROLES}/clerk", json=wanted)
    assert await recorded(room, changed) == [("role.change", "done", None)]
    assert (await team.clerk.get("/api/v1/integrations")).is_success
    assert (await team.clerk.get("/api/v1/audit-logs")).status_code == 403


async def test_a_key_is_never_wider_than_its_makers_role(
    team: Team, visit: Visit
) -> None:
    """Neither when it is made nor later."""
    wide = {"name": "wide", "scopes": ["integration.read"], "days": 1}
    refused = await team.clerk.post("/api/v1/api-keys", json=wide)
    assert refused.status_code in (403, 422)
    narrow = {"name": "narrow", "scopes": ["audit.read"], "days": 1}
    made = (await team.clerk.post("/api/v1/api-keys", json=narrow)).json()
    where = str(await organization_of(team.owner))
    bearer = f"Bearer {made['key']}"
    program = visit(authorization=bearer, **{"x-organization-id": where})
    assert (await program.get("/api/v1/audit-logs")).is_success
    only = {"description": "", "actions": ["member.read"]}
    (await team.owner.put(f"{ROLES}/clerk", json=only)).raise_for_status()
    assert (await program.get("/api/v1/audit-logs")).status_code == 403


async def test_access_explains_it(team: Team) -> None:
    """By the gate itself: why somebody may, and who."""
    account = team.address.split("/")[-1]
    asked = {"account_id": account, "action": "audit.read"}
    told = (await team.owner.get("/api/v1/access/explain", params=asked)).json()
    assert (told["allowed"], told["role"]) == (True, "clerk")
    assert told["why"] == "The role clerk includes it."
    assert set(told["holds"]) == EVERY_ROLE | set(CLERK["actions"])
    assert told["roles"] == ["owner", "admin", "auditor", "clerk"]
    asked["action"] = "key.rotate"
    told = (await team.owner.get("/api/v1/access/explain", params=asked)).json()
    assert (told["allowed"], told["by_key"]) == (False, False)
    assert told["why"] == "It takes the role owner or admin, and this is clerk."
    able = await team.owner.get("/api/v1/access/who-can?action=audit.read")
    assert {each["role"] for each in able.json()} == {"owner", "clerk"}


async def test_a_role_that_somebody_has_stays(team: Team) -> None:
    """And the other way round: nobody is given one that is gone."""
    refused = await team.owner.delete(f"{ROLES}/clerk")
    assert refused.json()["type"] == "/problems/role-in-use"
    (await team.owner.patch(team.address, json={"role": "member"})).raise_for_status()
    assert (await team.owner.delete(f"{ROLES}/clerk")).status_code == 204
    unknown = await team.owner.patch(team.address, json={"role": "clerk"})
    assert unknown.json()["type"] == "/problems/role-unknown"
    assert (await team.clerk.get("/api/v1/session")).json()["role"] == "member"


async def test_another_organization_has_none_of_it(
    room: Strongroom, team: Team, visit: Visit
) -> None:
    """Neither to see, to change, nor to give."""
    other = visit()
    await found_organization(room, other)
    assert "clerk" not in {each["name"] for each in (await other.get(ROLES)).json()}
    assert (await other.delete(f"{ROLES}/clerk")).status_code == 404
    assert (await team.owner.get(ROLES)).json()[-1]["members"] == 1


async def test_who_was_given_a_role_defines_none(team: Team) -> None:
    """No such action can be put into one, nor any that decides who belongs."""
    for action in ("role.change", "invitation.create", "sign-in-policy.change"):
        wanted = CLERK | {"name": "wider", "actions": [action]}
        refused = await team.owner.post(ROLES, json=wanted)
        assert set(refused.json()["fields"]) == {"actions"}, action
    assert (await team.clerk.post(ROLES, json=CLERK)).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Clerk"}, "name"),
        ({"name": "owner"}, "name"),
        ({"name": "new"}, "name"),
        ({"name": "everyone"}, "name"),
        ({"name": "signed-in"}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "a/b"}, "name"),
        ({"actions": []}, "actions"),
        ({"actions": ["password.change"]}, "actions"),
        ({"actions": ["no.such"]}, "actions"),
        ({"description": "x" * 201}, "description"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_its_field(
    room: Strongroom, app: httpx.AsyncClient, wrong: dict[str, Any], field: str
) -> None:
    """In words that say what would do."""
    await found_organization(room, app)
    refused = await app.post(ROLES, json=CLERK | wrong)
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {field})


async def test_a_name_is_taken_once(room: Strongroom, app: httpx.AsyncClient) -> None:
    """The second of one name is refused and changes nothing."""
    await found_organization(room, app)
    (await app.post(ROLES, json=CLERK)).raise_for_status()
    refused = await app.post(ROLES, json=CLERK | {"actions": ["audit.read"]})
    assert refused.json()["type"] == "/problems/role-exists"
    kept = (await app.get(ROLES)).json()[-1]
    assert kept["actions"] == sorted(CLERK["actions"])


async def test_many_at_once_make_no_more_than_there_may_be(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Of twelve together, those that still fit are kept, and the others told why."""
    await found_organization(room, app)
    async with room.db.tenant(await organization_of(app)) as tx:
        await tx.execute(
            "insert into strongroom.roles (name, description, actions) select"
            " 'role-' || number, '', '{audit.read}' from generate_series(1, $1) number",
            MOST_ROLES - 4,
        )
    answers = await asyncio.gather(
        *(app.post(ROLES, json=CLERK | {"name": f"clerk-{each}"}) for each in range(12))
    )
    assert sorted(each.status_code for each in answers) == [201] * 4 + [422] * 8
    told = [each for each in (await app.get(ROLES)).json() if not each["built_in"]]
    assert len(told) == MOST_ROLES


def test_what_is_stored_and_unknown_grants_nothing() -> None:
    """An action of another version, or one that no role can hold, is not in it."""
    stored = frozenset({"audit.read", "no.such", "role.change", "password.change"})
    mine = actions_of("clerk", granted=stored)
    assert mine - actions_of("clerk", granted=frozenset()) == {"audit.read"}
    keys = actions_for_keys("clerk", stored)
    assert keys == EVERY_ROLE | {"audit.read", "session.read"}


def test_nothing_that_can_be_granted_is_beyond_admins() -> None:
    """Whoever defines a role gives away nothing that they do not have."""
    assert actions_of("admin") > GRANTABLE


@pytest.mark.parametrize("name", sorted(RESERVED))
async def test_no_row_is_called_as_a_role_of_the_house(
    room: Strongroom, app: httpx.AsyncClient, name: str
) -> None:
    """Whatever writes it: code that asks for an admin by name must not meet one."""
    await found_organization(room, app)
    door = room.db.system(reason="name a role as a built-in one in a test")
    with pytest.raises(asyncpg.CheckViolationError):
        await door.fetch(
            "insert into strongroom.roles (organization_id, name, description, actions)"
            " values ($1, $2, '', '{audit.read}') returning id",
            await organization_of(app),
            name,
        )
