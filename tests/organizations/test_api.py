"""Organizations and members for programs."""

from uuid import uuid4

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in
from tests.records import recorded


async def test_an_owner_renames_the_organization(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The new name shows everywhere at once, and the change is on record."""
    await found_organization(room, app)
    [mine] = (await app.get("/api/v1/organizations")).json()
    assert (mine["name"], mine["role"]) == ("Canary Works", "owner")
    address = f"/api/v1/organizations/{mine['id']}"
    answer = await app.patch(address, json={"name": "  Kanarienwerke  "})
    assert answer.json() == {"id": mine["id"], "name": "Kanarienwerke"}
    assert await recorded(room, answer) == [("organization.rename", "done", None)]
    assert (await app.get("/api/v1/session")).json()["organization"] == "Kanarienwerke"


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\x00b", "a\u202eb"])
async def test_a_name_is_visible(
    room: Strongroom, app: httpx.AsyncClient, name: str
) -> None:
    """Empty, endless and hidden names are refused."""
    await found_organization(room, app)
    address = f"/api/v1/organizations/{await organization_of(app)}"
    answer = await app.patch(address, json={"name": name})
    assert answer.json()["type"] == "/problems/name-invalid"
    assert (await app.get(address)).json()["name"] == "Canary Works"


async def test_another_organization_looks_like_none(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Reading and writing a foreign organization answers as for a random one."""
    await found_organization(room, app)
    other = visit()
    await found_organization(room, other)
    for wanted in (await organization_of(other), uuid4()):
        address = f"/api/v1/organizations/{wanted}"
        assert (await app.get(address)).status_code == 404
        assert (await app.patch(address, json={"name": "x"})).status_code == 404


async def test_members_of_one_organization_only(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The list holds this organization's people and nobody else."""
    owner = await found_organization(room, app)
    viewer = await join(room, await organization_of(app), "viewer")
    await found_organization(room, visit())
    listed = (await app.get("/api/v1/members")).json()
    assert [(each["email"], each["role"]) for each in listed] == [
        (owner.email, "owner"),
        (viewer.email, "viewer"),
    ]


async def test_roles_decide_what_is_allowed(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """An admin renames and cannot appoint; a viewer reads; a refusal is on record."""
    await found_organization(room, app)
    organization_id = await organization_of(app)
    admin, viewer = visit(), visit()
    await sign_in(admin, await join(room, organization_id, "admin"))
    await sign_in(viewer, await join(room, organization_id, "viewer"))
    account_id = (await viewer.get("/api/v1/session")).json()["account_id"]
    address = f"/api/v1/organizations/{organization_id}"
    assert (await admin.patch(address, json={"name": "New"})).status_code == 200
    refused = await viewer.patch(address, json={"name": "Newer"})
    assert await recorded(room, refused) == [
        ("organization.rename", "refused", "forbidden")
    ]
    member = f"/api/v1/members/{account_id}"
    appointed = await admin.patch(member, json={"role": "owner"})
    assert appointed.status_code == 403
    assert (await app.patch(member, json={"role": "admin"})).status_code == 204
    assert (await viewer.get("/api/v1/session")).json()["role"] == "admin"
    assert (await app.delete(member)).status_code == 204
    assert (await viewer.get("/api/v1/session")).status_code == 401


async def test_the_last_owner_stays(room: Strongroom, app: httpx.AsyncClient) -> None:
    """Nobody can leave an organization without an owner."""
    await found_organization(room, app)
    account_id = (await app.get("/api/v1/session")).json()["account_id"]
    address = f"/api/v1/members/{account_id}"
    for answer in (
        await app.patch(address, json={"role": "viewer"}),
        await app.delete(address),
    ):
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/last-owner"


async def test_a_role_is_one_of_ours(room: Strongroom, app: httpx.AsyncClient) -> None:
    """A role that does not exist is refused, and nothing is changed."""
    await found_organization(room, app)
    await join(room, await organization_of(app), "member")
    members = (await app.get("/api/v1/members")).json()
    address = f"/api/v1/members/{members[-1]['account_id']}"
    answer = await app.patch(address, json={"role": "root"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/role-unknown"
    assert (await app.get("/api/v1/members")).json() == members
