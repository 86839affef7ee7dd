"""Key checks and keys over the API: one's own only, and every change on record."""

from uuid import uuid4

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in
from tests.records import recorded


FORM = {"label": "to see", "phrase": "that it opens"}


async def test_a_phrase_is_sealed_opened_and_deleted(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """What was sealed comes back, is on record, and is gone once it is deleted."""
    await found_organization(room, app)
    sealed = await app.post("/api/v1/key-checks", json=FORM)
    assert await recorded(room, sealed) == [("key-check.seal", "done", None)]
    address = f"/api/v1/key-checks/{sealed.json()['id']}"
    assert (await app.get(address)).json() == {**sealed.json(), **FORM}
    deleted = await app.delete(address)
    assert await recorded(room, deleted) == [("key-check.delete", "done", None)]
    assert (await app.get(address)).status_code == 404


async def test_a_phrase_of_others_does_not_exist(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Another organization's check is answered as one that never was."""
    await found_organization(room, app)
    check = (await app.post("/api/v1/key-checks", json=FORM)).json()["id"]
    stranger = visit()
    await found_organization(room, stranger)
    for address in (f"/api/v1/key-checks/{check}", f"/api/v1/key-checks/{uuid4()}"):
        assert (await stranger.get(address)).status_code == 404
        assert (await stranger.delete(address)).status_code == 404
    assert (await app.get(f"/api/v1/key-checks/{check}")).is_success


async def test_an_empty_or_endless_phrase_is_refused(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The refusal names the field and the limit, and stores nothing."""
    await found_organization(room, app)
    for wrong in ({"label": ""}, {"phrase": "x" * 1001}):
        answer = await app.post("/api/v1/key-checks", json=FORM | wrong)
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("/phrase-invalid")
        (field,) = wrong
        assert field in answer.text


async def test_an_altered_phrase_says_so(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A value that was changed in the table is a problem of a stable type."""
    await found_organization(room, app)
    check = (await app.post("/api/v1/key-checks", json=FORM)).json()["id"]
    async with room.db.system(reason="test") as tx:
        await tx.execute(
            "update strongroom.vault_checks set phrase = label where id = $1", check
        )
    answer = await app.get(f"/api/v1/key-checks/{check}")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/seal-broken")


async def test_only_administrators_reach_keys(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A member neither sees nor replaces the key, and seals no check."""
    await found_organization(room, app)
    member = await join(room, await organization_of(app), "member")
    visitor = visit()
    await sign_in(visitor, member)
    answers = [
        await visitor.get("/api/v1/keys"),
        await visitor.post("/api/v1/keys"),
        await visitor.post("/api/v1/keys/reseal"),
        await visitor.post("/api/v1/key-checks", json=FORM),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


async def test_a_key_is_replaced_by_its_organization(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The new version waits a moment; asking again at once is refused with when."""
    await found_organization(room, app)
    await app.post("/api/v1/key-checks", json=FORM)
    answer = await app.post("/api/v1/keys")
    assert answer.json() == {"version": 2}
    assert await recorded(room, answer) == [("key.rotate", "done", None)]
    states = [each["state"] for each in (await app.get("/api/v1/keys")).json()]
    assert states == ["sealing", "waiting"]
    again = await app.post("/api/v1/keys")
    assert (again.status_code, again.headers["retry-after"]) == (409, "2")
    resealed = await app.post("/api/v1/keys/reseal")
    assert resealed.json()["resealed"] == 0
    assert await recorded(room, resealed) == [("key.reseal", "done", None)]


async def test_the_page_shows_versions_and_replaces_the_key(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Before the first secret it says so; a replacement is said, and refused twice."""
    await found_organization(room, browser)
    assert "There is no key yet" in (await browser.get("/console/keys")).text
    await browser.post("/api/v1/key-checks", json=FORM)
    answer = await browser.post("/console/keys", data={})
    assert answer.status_code == 303
    assert await recorded(room, answer) == [("key.rotate", "done", None)]
    page = await browser.get(answer.headers["location"])
    assert "A new version is made." in page.text
    assert "seals in a moment" in page.text
    refused = await browser.post("/console/keys", data={})
    assert refused.status_code == 409
    assert "The key is just being replaced." in refused.text
