"""API keys over the API: made, used within scopes, refused elsewhere, revoked."""

import re
from uuid import UUID

import httpx
import pytest

from strongroom.kernel import new_id
from strongroom.room import Strongroom
from strongroom.tokens.policy import key_text
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in


KEYS = "/api/v1/api-keys"
SESSION = "/api/v1/session"


@pytest.fixture
async def organization(room: Strongroom, app: httpx.AsyncClient) -> UUID:
    """Return a fresh organization; *app* is signed in as its owner."""
    await found_organization(room, app)
    return await organization_of(app)


async def make(app: httpx.AsyncClient, *scopes: str) -> dict[str, str]:
    """Return a key just made."""
    answer = await app.post(KEYS, json={"name": "robot", "scopes": [*scopes]})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def bearer(key: str, organization: UUID | str) -> dict[str, str]:
    """Return the headers of a call."""
    return {"authorization": f"Bearer {key}", "x-organization-id": str(organization)}


async def test_a_key_acts_within_its_scopes(
    app: httpx.AsyncClient, visit: Visit, organization: UUID
) -> None:
    """What is no scope is refused, though its maker may do it."""
    made = await make(app, "organization.read", "session.read")
    robot = visit(**bearer(made["key"], organization))
    address = f"/api/v1/organizations/{organization}"
    assert (await robot.get(SESSION)).json()["organization_id"] == str(organization)
    assert (await robot.get(address)).status_code == 200
    assert (await robot.patch(address, json={"name": "Other"})).status_code == 403
    for path in ("/api/v1/audit", "/api/v1/log-streams", KEYS):
        assert (await robot.get(path)).status_code in {403, 404}
    told = (await robot.post(KEYS, json={})).json()
    assert told["type"] == "/problems/scope-missing"
    assert told["detail"] == "No key and no app does api-key.create: sign in."


async def test_no_key_is_wider_than_its_maker(
    room: Strongroom, visit: Visit, organization: UUID
) -> None:
    """Neither when it is made, nor when the maker's role shrinks afterwards."""
    worker = visit()
    await sign_in(worker, await join(room, organization, "member"))
    for scope in ("organization.rename", "api-key.create", "member.remove"):
        wanted = {"name": "wide", "scopes": ["organization.read", scope]}
        answer = await worker.post(KEYS, json=wanted)
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "/problems/scope-too-wide",
        )
    wanted = {"name": "odd", "scopes": ["organization.read", "no.such"]}
    answer = await worker.post(KEYS, json=wanted)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"scopes": "There is no such scope."}


async def test_a_key_shrinks_with_its_maker(
    room: Strongroom, visit: Visit, organization: UUID
) -> None:
    """An admin's key renames nothing once the admin is a viewer."""
    admin = visit()
    await sign_in(admin, await join(room, organization, "admin"))
    made = await make(admin, "organization.rename")
    robot = visit(**bearer(made["key"], organization))
    address = f"/api/v1/organizations/{organization}"
    assert (await robot.patch(address, json={"name": "Renamed"})).is_success
    await room.db.system(reason="a test").fetch(
        "update strongroom.memberships set role = 'viewer'"
        " where organization_id = $1 and role = 'admin'",
        organization,
    )
    assert (await robot.patch(address, json={"name": "Again"})).status_code == 403


async def test_a_revoked_key_is_refused_at_once(
    app: httpx.AsyncClient, visit: Visit, organization: UUID
) -> None:
    """And its row says so."""
    made = await make(app, "session.read")
    robot = visit(**bearer(made["key"], organization))
    assert (await robot.get(SESSION)).is_success
    assert (await app.delete(f"{KEYS}/{made['id']}")).status_code == 204
    answer = await robot.get(SESSION)
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "/problems/invalid-token",
    )
    assert answer.json()["title"] == "The bearer is not valid."
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert (await app.delete(f"{KEYS}/{made['id']}")).status_code == 404
    states = {each["id"]: each["state"] for each in (await app.get(KEYS)).json()}
    assert states[made["id"]] == "revoked"


async def test_an_expired_key_is_refused(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, organization: UUID
) -> None:
    """By the database's clock, without any job."""
    made = await make(app, "session.read")
    robot = visit(**bearer(made["key"], organization))
    for left, status in (("1 minute", 200), ("-1 second", 401)):
        await room.db.system(reason="a test").fetch(
            "update strongroom.api_keys set expires_at = now() + $2::text::interval"
            " where id = $1",
            UUID(made["id"]),
            left,
        )
        assert (await robot.get(SESSION)).status_code == status


async def test_a_removed_member_takes_the_keys_along(
    room: Strongroom, visit: Visit, organization: UUID
) -> None:
    """The next request is refused."""
    worker = visit()
    person = await join(room, organization, "member")
    await sign_in(worker, person)
    made = await make(worker, "organization.read")
    robot = visit(**bearer(made["key"], organization))
    address = f"/api/v1/organizations/{organization}"
    assert (await robot.get(address)).is_success
    await room.db.system(reason="a test").fetch(
        "delete from strongroom.memberships m using strongroom.accounts a"
        " where a.id = m.account_id and a.email = $1",
        person.email,
    )
    assert (await robot.get(address)).status_code == 401


async def test_nobody_revokes_another_ones_key(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, organization: UUID
) -> None:
    """A member ends their own, an owner any of the organization, a stranger none."""
    worker, stranger = visit(), visit()
    await sign_in(worker, await join(room, organization, "member"))
    owners, workers = (
        await make(app, "session.read"),
        await make(worker, "session.read"),
    )
    await found_organization(room, stranger)
    assert (await worker.delete(f"{KEYS}/{owners['id']}")).status_code == 404
    assert (await stranger.delete(f"{KEYS}/{workers['id']}")).status_code == 404
    assert (await app.delete(f"{KEYS}/{workers['id']}")).status_code == 204


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "", "scopes": ["session.read"]},
        {"name": "n" * 61, "scopes": ["session.read"]},
        {"name": "n\0n", "scopes": ["session.read"]},
        {"name": "n\n\nn", "scopes": ["session.read"]},
        {"name": "n\u202en", "scopes": ["session.read"]},
        {"name": "n", "scopes": []},
        {"name": "n", "scopes": ["session.read"], "days": 0},
        {"name": "n", "scopes": ["session.read"], "days": 366},
    ],
    ids=str,
)
@pytest.mark.usefixtures("organization")
async def test_a_key_has_a_name_a_scope_and_an_end(
    app: httpx.AsyncClient, wanted: dict[str, object]
) -> None:
    """Each is refused beside its field."""
    answer = await app.post(KEYS, json=wanted)
    assert answer.status_code == 422
    assert answer.json()["fields"]


async def test_a_cookie_beside_a_bearer_is_ambiguous(
    app: httpx.AsyncClient, organization: UUID
) -> None:
    """Whichever is meant, we do not guess."""
    made = await make(app, "session.read")
    answer = await app.get(SESSION, headers=bearer(made["key"], organization))
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "/problems/ambiguous-session",
    )


async def test_the_header_is_checked_before_any_handler(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, organization: UUID
) -> None:
    """Even where no handler is; and the refusal is on record."""
    made = await make(app, "session.read")
    robot = visit(authorization=f"bearer {made['key']}")
    address = f"/api/v1/{new_id().hex}"
    assert (await robot.get(address)).json()["type"] == "/problems/organization-missing"
    wrong = {"x-organization-id": str(new_id())}
    answer = await robot.get(address, headers=wrong)
    assert answer.json()["type"] == "/problems/organization-mismatch"
    assert (await app.get(SESSION, headers=wrong)).status_code == 403
    row = await room.db.system(reason="a test").fetchrow(
        "select count(*) as count from strongroom.audit_entries"
        " where organization_id = $1 and reason = 'organization-mismatch'",
        organization,
    )
    assert row is not None
    assert row["count"] == 2


@pytest.mark.usefixtures("organization")
async def test_a_mistyped_key_does_not_reach_the_database(
    app: httpx.AsyncClient, room: Strongroom
) -> None:
    """Its checksum is wrong."""
    made = (await make(app, "session.read"))["key"]
    assert await room.api_keys.find(made) is not None
    for text in ("", "srk_", made[:-1], f"{made} ", made.upper(), made[4:], f"{made},"):
        assert await room.api_keys.find(text) is None
    assert await room.api_keys.find(key_text("A" * 43)) is None


async def test_the_page_makes_and_revokes(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The key is shown once, on the answer."""
    await found_organization(room, browser)
    page = "/console/api-keys"
    answer = await browser.post(
        page, data={"name": "robot", "days": "9", "session.read": "1"}
    )
    assert "srk_" in answer.text
    shown = (await browser.get(page)).text
    assert "robot" in shown
    key_id = shown.partition("/console/api-keys/")[2].partition("/")[0]
    answer = await browser.post(f"{page}/{key_id}/revoke", follow_redirects=True)
    assert "The key is revoked" in answer.text
    wrong = await browser.post(page, data={"name": "robot", "days": "x"})
    assert wrong.status_code == 422
    assert "Choose at least one" in wrong.text


async def test_a_form_makes_one_key_however_often_it_is_sent(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A reload of the page that shows a key is no wish for another."""
    await found_organization(room, browser)
    page = await browser.get("/console/api-keys")
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found is not None
    form = {"name": "canary", "days": "3", "form": found[1], "organization.read": "1"}
    made = await browser.post("/console/api-keys", data=form)
    assert made.status_code == 200
    again = await browser.post("/console/api-keys", data=form)
    assert (again.status_code, "made already" in again.text) == (409, True)
    assert len((await browser.get("/api/v1/api-keys")).json()) == 1
