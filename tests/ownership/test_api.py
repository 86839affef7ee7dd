"""Handing an organization over, and leaving one."""

import asyncio

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    Person,
    found_organization,
    join,
    latest_mail,
    organization_of,
    sign_in,
)
from tests.records import recorded


OWNERSHIP = "/api/v1/ownership"


async def account_of(app: httpx.AsyncClient) -> str:
    """Return the account that *app* is signed in as."""
    return str((await app.get("/api/v1/session")).json()["account_id"])


async def role_of(app: httpx.AsyncClient) -> str:
    """Return the role that *app* acts in."""
    return str((await app.get("/api/v1/session")).json()["role"])


async def offer(
    owner: httpx.AsyncClient, person: Person, taker: httpx.AsyncClient
) -> httpx.Response:
    """Offer *taker* the ownership, by the password of *person*."""
    wanted = {"account_id": await account_of(taker), "password": person.password}
    return await owner.post(OWNERSHIP, json=wanted)


async def test_ownership_goes_over_when_it_is_accepted(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Offered, told by mail, accepted: then the one owns it and the other is admin."""
    boss = await found_organization(room, app)
    person = await join(room, await organization_of(app), "member")
    taker, other = visit(), visit()
    await sign_in(taker, person)
    await sign_in(other, await join(room, await organization_of(app), "admin"))
    wrong = await offer(app, Person(boss.email, "not the password"), taker)
    assert wrong.status_code in {401, 403, 422}
    assert (await other.post(f"{OWNERSHIP}/accept")).status_code == 404
    made = await offer(app, boss, taker)
    assert await recorded(room, made) == [("ownership.offer", "done", None)]
    assert "/console/ownership" in await latest_mail(room, person.email)
    assert (await offer(app, boss, other)).status_code == 409
    assert (await other.post(f"{OWNERSHIP}/accept")).status_code == 404
    assert await role_of(taker) == "member"
    taken = await taker.post(f"{OWNERSHIP}/accept")
    assert await recorded(room, taken) == [("ownership.accept", "done", None)]
    assert (await role_of(taker), await role_of(app)) == ("owner", "admin")
    assert (await taker.post(f"{OWNERSHIP}/accept")).status_code == 404


async def test_an_offer_is_withdrawn_declined_and_ends_with_its_giver(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Afterwards nothing can be accepted, and nobody's role has changed."""
    boss = await found_organization(room, app)
    where = await organization_of(app)
    taker, second = visit(), visit()
    await sign_in(taker, await join(room, where, "viewer"))
    await sign_in(second, await join(room, where, "owner"))
    await offer(app, boss, taker)
    gone = await app.delete(OWNERSHIP)
    assert await recorded(room, gone) == [("ownership.withdraw", "done", None)]
    await offer(app, boss, taker)
    declined = await taker.post(f"{OWNERSHIP}/decline")
    assert await recorded(room, declined) == [("ownership.decline", "done", None)]
    await offer(app, boss, taker)
    address = f"/api/v1/members/{await account_of(app)}"
    await second.patch(address, json={"role": "admin"})
    assert (await taker.post(f"{OWNERSHIP}/accept")).status_code == 404
    assert await role_of(taker) == "viewer"
    assert (await app.delete(OWNERSHIP)).status_code == 403


async def test_never_is_there_no_owner(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Of two owners who leave in the same moment, one stays."""
    await found_organization(room, app)
    assert (await app.delete("/api/v1/membership")).status_code == 409
    second = visit()
    await sign_in(second, await join(room, await organization_of(app), "owner"))
    answers = await asyncio.gather(
        *(each.delete("/api/v1/membership") for each in (app, second))
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_whoever_leaves_is_out_with_keys_and_sessions(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The very next request of a device or a key is refused; the others go on."""
    await found_organization(room, app)
    where = await organization_of(app)
    person = await join(room, where, "member")
    leaving, other = visit(), visit()
    await sign_in(leaving, person)
    await sign_in(other, person)
    wanted = {"name": "canary", "scopes": ["organization.read"], "days": 1}
    key = (await leaving.post("/api/v1/api-keys", json=wanted)).json()["key"]
    program = visit(
        **{"authorization": f"Bearer {key}", "x-organization-id": str(where)}
    )
    address = f"/api/v1/organizations/{where}"
    assert (await program.get(address)).status_code == 200
    gone = await leaving.delete("/api/v1/membership")
    assert await recorded(room, gone) == [("member.leave", "done", None)]
    for each in (leaving, other):
        assert (await each.get("/api/v1/session")).status_code == 401
    assert (await program.get(address)).status_code == 401
    assert (await app.get("/api/v1/session")).status_code == 200


async def test_the_pages_offer_and_accept(room: Strongroom, visit: Visit) -> None:
    """An owner offers, a member accepts, and each page says what was done."""
    boss_at, taker_at = visit(accept="text/html"), visit(accept="text/html")
    boss = await found_organization(room, boss_at)
    person = await join(room, await organization_of(boss_at), "member")
    await sign_in(taker_at, person)
    page = await boss_at.get("/console/ownership")
    assert f"{person.email} (member)" in page.text
    form = {"account_id": await account_of(taker_at), "password": "wrong one"}
    refused = await boss_at.post("/console/ownership/offer", data=form)
    assert refused.is_client_error
    form["password"] = boss.password
    made = await boss_at.post("/console/ownership/offer", data=form)
    assert (
        "Nothing changes before" in (await boss_at.get(made.headers["location"])).text
    )
    assert "Own Canary Works" in (await taker_at.get("/console/ownership")).text
    taken = await taker_at.post("/console/ownership/accept")
    after = await taker_at.get(taken.headers["location"])
    assert "You own this organization now." in after.text
    assert "Leave Canary Works?" in (await boss_at.get("/console/leave")).text
    left = await boss_at.post("/console/leave")
    assert left.headers["location"] == "/sign-in"
