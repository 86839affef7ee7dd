"""A change of a role is taken back, whoever has it, from the next request on."""

import httpx

from strongroom.room import Strongroom
from tests.people import found_organization
from tests.records import recorded


ROLES = "/api/v1/roles"


async def test_a_change_is_taken_back_and_brought_again(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """With its description; what was never changed has nothing to take back."""
    await found_organization(room, app)
    first = {"description": "Reads the log.", "actions": ["audit.read"]}
    second = {"description": "Sees the keys.", "actions": ["key.read"]}
    (await app.post(ROLES, json={"name": "clerk", **first})).raise_for_status()
    unchanged = await app.post(f"{ROLES}/clerk/undo")
    assert unchanged.json()["type"] == "/problems/role-unchanged"
    (await app.put(f"{ROLES}/clerk", json=second)).raise_for_status()
    for expected in (first, second, first):
        undone = await app.post(f"{ROLES}/clerk/undo")
        assert await recorded(room, undone) == [("role.change", "done", None)]
        told = undone.json()
        assert (told["description"], told["actions"]) == tuple(expected.values())
    assert (await app.post(f"{ROLES}/nobody/undo")).status_code == 404


async def test_the_page_offers_it_once_there_is_a_change(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """And says that it was done."""
    await found_organization(room, app)
    made = {"name": "clerk", "actions": ["audit.read"]}
    (await app.post(ROLES, json=made)).raise_for_status()
    app.headers["accept"] = "text/html"
    page, undo = "/console/roles/clerk", "/console/roles/clerk/undo"
    assert undo not in (await app.get(page)).text
    await app.post(page, data={"key.read": "1"})
    assert undo in (await app.get(page)).text
    done = await app.post(undo)
    assert "is again what it was" in (await app.get(done.headers["location"])).text
