"""Invited in a role of the organization's own: as wide as it is when they join."""

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.invitations.test_api import accept, token_of
from tests.people import (
    PASSWORD,
    found_organization,
    join,
    new_person,
    organization_of,
    sign_in,
)


INVITATIONS, ROLES = "/api/v1/invitations", "/api/v1/roles"
KEPT = {"name": "keeper", "actions": ["key.read"]}


@pytest.fixture
async def owner(room: Strongroom, app: httpx.AsyncClient) -> httpx.AsyncClient:
    """Lend the owner of an organization that defined a role."""
    await found_organization(room, app)
    (await app.post(ROLES, json=KEPT)).raise_for_status()
    return app


async def test_whoever_joins_may_do_what_the_role_holds(
    room: Strongroom, owner: httpx.AsyncClient, visit: Visit
) -> None:
    """As it was changed meanwhile, from the first request on."""
    person, newcomer = new_person(), visit()
    wanted = {"email": person.email, "role": "keeper"}
    made = await owner.post(INVITATIONS, json=wanted)
    assert (made.status_code, made.json()["role"]) == (201, "keeper")
    only = {"actions": ["alarm.read"]}
    (await owner.put(f"{ROLES}/keeper", json=only)).raise_for_status()
    joined = await accept(newcomer, await token_of(room, person.email), PASSWORD)
    assert joined.is_success
    assert (await newcomer.get("/api/v1/session")).json()["role"] == "keeper"
    assert (await newcomer.get("/api/v1/alarms")).status_code == 200
    assert (await newcomer.get("/api/v1/keys")).status_code == 403


async def test_a_role_that_somebody_waits_for_stays(owner: httpx.AsyncClient) -> None:
    """It is said who; with the invitation taken back it goes, and none gives it."""
    person = new_person()
    wanted = {"email": person.email, "role": "keeper"}
    made = (await owner.post(INVITATIONS, json=wanted)).json()
    refused = await owner.delete(f"{ROLES}/keeper")
    assert refused.json()["type"] == "/problems/role-in-use"
    assert person.email in refused.json()["detail"]
    await owner.delete(f"{INVITATIONS}/{made['id']}")
    assert (await owner.delete(f"{ROLES}/keeper")).status_code == 204
    unknown = await owner.post(INVITATIONS, json=wanted)
    assert unknown.json()["type"] == "/problems/role-unknown"
    assert set(unknown.json()["fields"]) == {"role"}


async def test_a_link_gives_no_role_that_is_gone(
    room: Strongroom, owner: httpx.AsyncClient, visit: Visit
) -> None:
    """Even one that vanished behind the house's back opens nothing."""
    person = new_person()
    wanted = {"email": person.email, "role": "keeper"}
    (await owner.post(INVITATIONS, json=wanted)).raise_for_status()
    token = await token_of(room, person.email)
    async with room.db.system(reason="let a role vanish in a test") as tx:
        await tx.execute(
            "delete from strongroom.roles where organization_id = $1",
            await organization_of(owner),
        )
    assert (await accept(visit(), token, PASSWORD)).status_code == 410


async def test_whoever_was_given_a_role_meanwhile_invites_no_further(
    room: Strongroom, owner: httpx.AsyncClient, visit: Visit
) -> None:
    """What an admin sent ends with what the admin may do."""
    admin, theirs = await join(room, await organization_of(owner), "admin"), visit()
    await sign_in(theirs, admin)
    person = new_person()
    wanted = {"email": person.email, "role": "keeper"}
    (await theirs.post(INVITATIONS, json=wanted)).raise_for_status()
    token = await token_of(room, person.email)
    (await owner.post(ROLES, json={"name": "clerk", "actions": ["audit.read"]}))
    account = (await theirs.get("/api/v1/session")).json()["account_id"]
    await owner.patch(f"/api/v1/members/{account}", json={"role": "clerk"})
    assert (await accept(visit(), token, PASSWORD)).status_code == 410
    assert (await theirs.post(INVITATIONS, json=wanted)).status_code == 403


async def test_the_form_offers_the_role(owner: httpx.AsyncClient) -> None:
    """Beside the built-in ones."""
    owner.headers["accept"] = "text/html"
    page = (await owner.get("/console/invitations")).text
    assert "<option>keeper</option>" in page
