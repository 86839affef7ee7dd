"""What an organization asks of whoever works in it, enforced on the next request."""

from typing import Any

import httpx
import pytest

from strongroom.lab import begin_with_app, turn_on_app
from strongroom.middleware import Edge
from strongroom.room import Strongroom
from tests.conftest import PUBLIC_URL, Visit
from tests.people import PASSWORD, found_organization, join, organization_of, sign_in
from tests.records import recorded


POLICY = "/api/v1/sign-in-policy"
NOTHING: dict[str, Any] = {
    "second_factor": False,
    "lifetime": None,
    "idle": None,
    "networks": [],
    "ways": [],
}
PROVED = {"password": PASSWORD}
HERE = "127.0.0.0/8"
"""Where the tests' programs come from."""


async def age(
    room: Strongroom, app: httpx.AsyncClient, column: str, hours: int
) -> None:
    """Move a moment of the session of *app* back, by the database's clock."""
    session = (await app.get("/api/v1/session")).json()["session_id"]
    moved = f"update strongroom.sessions set {column} = now() - $2 * interval '1 hour'"
    async with room.db.system(reason="age a session in a test") as tx:
        await tx.execute(f"{moved} where id = $1::text::uuid", session, hours)


async def test_whoever_lacks_the_factor_turns_one_on_and_reaches_nothing_else(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Before and after: the same session, closed until its factor is on."""
    boss = await found_organization(room, app)
    member = await join(room, await organization_of(app), "member")
    theirs, page = visit(), visit(accept="text/html")
    await sign_in(theirs, member)
    page.cookies = theirs.cookies
    wanted = NOTHING | {"second_factor": True}
    unmet = await app.put(POLICY, json=wanted | PROVED)
    assert unmet.json()["type"] == "/problems/own-factor-missing"
    key = {"name": "canary", "scopes": ["organization.read"], "days": 1}
    bearer = (await theirs.post("/api/v1/api-keys", json=key)).json()["key"]
    where = str(await organization_of(app))
    program = visit(authorization=f"Bearer {bearer}", **{"x-organization-id": where})
    await turn_on_app(app, await begin_with_app(app, boss.password))
    looked = (await app.get(f"{POLICY}/preview", params={"second_factor": True})).json()
    assert looked["without_factor"] == [member.email]
    assert (await theirs.get("/api/v1/session")).status_code == 200
    changed = await app.put(POLICY, json=wanted | PROVED)
    assert await recorded(room, changed) == [("sign-in-policy.change", "done", None)]
    for path in (
        "/api/v1/session",
        "/api/v1/members",
        f"/api/v1/organizations/{where}",
    ):
        refused = await theirs.get(path)
        assert refused.json()["type"] == "/problems/factor-missing", path
    assert (await program.get(f"/api/v1/organizations/{where}")).status_code == 403
    led = await page.get("/console")
    assert (led.status_code, led.headers["location"]) == (303, "/console/security")
    assert "asks for a second factor" in (await page.get("/console/security")).text
    await turn_on_app(theirs, await begin_with_app(theirs, member.password))
    assert (await theirs.get("/api/v1/members")).status_code == 200
    assert (await program.get(f"/api/v1/organizations/{where}")).status_code == 200


@pytest.mark.parametrize(
    ("name", "column"),
    [("lifetime", "created_at"), ("idle", "seen_at")],
)
async def test_sessions_end_sooner(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, name: str, column: str
) -> None:
    """One that is two hours old ends where an hour is allowed, and not where three."""
    await found_organization(room, app)
    theirs = visit()
    await sign_in(theirs, await join(room, await organization_of(app), "member"))
    await age(room, theirs, column, 2)
    assert (
        await app.put(POLICY, json=NOTHING | {name: 180} | PROVED)
    ).status_code == 200
    assert (await theirs.get("/api/v1/session")).status_code == 200
    await age(room, theirs, column, 2)  # That request counted as a use.
    looked = await app.get(f"{POLICY}/preview", params={name: 60})
    assert looked.json()["sessions_ended"] == 1
    assert (
        await app.put(POLICY, json=NOTHING | {name: 60} | PROVED)
    ).status_code == 200
    assert (await theirs.get("/api/v1/session")).status_code == 401
    assert (await app.get("/api/v1/session")).status_code == 200


async def test_requests_come_from_allowed_networks(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """One's own network is within; from elsewhere, a session reaches the exit alone."""
    await found_organization(room, app)
    locked = await app.put(
        POLICY, json=NOTHING | {"networks": ["192.0.2.0/24"]} | PROVED
    )
    assert "networks" in locked.json()["fields"]
    within = await app.put(
        POLICY, json=NOTHING | {"networks": [HERE, "2001:db8::/32"]} | PROVED
    )
    assert within.json()["networks"] == [HERE, "2001:db8::/32"]
    assert (await app.get("/api/v1/session")).status_code == 200
    async with room.db.system(reason="move the allowed network in a test") as tx:
        await tx.execute(
            "update strongroom.sign_in_policies set networks = '{192.0.2.0/24}'"
        )
    for path in ("/api/v1/session", "/api/v1/members"):
        refused = await app.get(path)
        assert refused.json()["type"] == "/problems/network-not-allowed"
    assert (await app.get("/api/v1/organizations")).status_code == 200
    assert (await app.delete("/api/v1/session")).status_code == 204


async def test_a_look_counts_the_sessions_from_elsewhere(
    room: Strongroom, house: Edge, app: httpx.AsyncClient
) -> None:
    """An IPv4 visitor of an IPv6 socket is within an IPv4 network, another is not."""
    person = await found_organization(room, app)
    for peer in ("::ffff:127.0.0.1", "192.0.2.1", "fe80::1%eth0"):
        transport = httpx.ASGITransport(house, client=(peer, 1))
        async with httpx.AsyncClient(
            transport=transport, base_url=PUBLIC_URL
        ) as visitor:
            await sign_in(visitor, person)
    looked = await app.get(f"{POLICY}/preview", params={"networks": HERE})
    assert looked.json()["sessions_outside"] == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"lifetime": 1},
        {"lifetime": 60 * 24 * 365},
        {"idle": 60 * 24 * 8},
        {"networks": ["192.0.2.1/24"]},
        {"networks": ["somewhere"]},
        {"networks": [HERE, "fe80::%1/64"]},
        {"networks": [HERE] * 51},
    ],
)
async def test_what_cannot_be_used_changes_nothing(
    room: Strongroom, app: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    """Longer than the house allows, no network, too many: refused beside the field."""
    await found_organization(room, app)
    answer = await app.put(POLICY, json=NOTHING | wrong | PROVED)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == set(wrong)
    assert (await app.get(POLICY)).json() == NOTHING


async def test_a_change_is_taken_back_once(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """What held before holds again; another organization never noticed."""
    await found_organization(room, app)
    other = visit()
    await found_organization(room, other)
    assert (await app.post(f"{POLICY}/undo", json=PROVED)).status_code == 409
    await app.put(POLICY, json=NOTHING | {"lifetime": 90} | PROVED)
    await app.put(POLICY, json=NOTHING | {"lifetime": 30} | PROVED)
    assert (await other.get(POLICY)).json() == NOTHING
    back = await app.post(f"{POLICY}/undo", json=PROVED)
    assert await recorded(room, back) == [("sign-in-policy.undo", "done", None)]
    assert back.json() == NOTHING | {"lifetime": 90}
    assert (await app.post(f"{POLICY}/undo", json=PROVED)).status_code == 409


async def test_the_page_previews_changes_and_takes_back(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Looking changes nothing; a refused value stays in its field."""
    await found_organization(room, browser)
    form = {"lifetime": "60", "networks": HERE}
    looked = await browser.post("/console/sign-in-policy", data=form | {"look": "1"})
    assert "Nothing is changed yet." in looked.text
    assert (await browser.get(POLICY)).json() == NOTHING
    wrong = await browser.post(
        "/console/sign-in-policy", data={"lifetime": "soon"} | PROVED
    )
    assert wrong.status_code == 422
    assert "Minutes, as a number." in wrong.text
    unproved = await browser.post("/console/sign-in-policy", data=form)
    assert unproved.status_code == 401
    assert (await browser.get(POLICY)).json() == NOTHING
    done = await browser.post("/console/sign-in-policy", data=form | PROVED)
    page = await browser.get(done.headers["location"])
    assert "The policy holds from the next request" in page.text
    assert HERE in page.text
    undo, proved = "/console/sign-in-policy/undo", {"password_to_undo": PASSWORD}
    assert (await browser.post(undo)).status_code == 401
    undone = await browser.post(undo, data=proved)
    assert "holds again" in (await browser.get(undone.headers["location"])).text
