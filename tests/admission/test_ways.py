"""Which ways in an organization allows, enforced on the next request."""

import re
from typing import Any

import httpx
import pytest

from strongroom.lab import make_passkey
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.passkeys.people import SIGN_IN, show
from tests.people import (
    PASSWORD,
    Person,
    found_organization,
    join,
    latest_mail,
    organization_of,
    sign_in,
)
from tests.records import recorded


POLICY, WAYS = "/api/v1/sign-in-policy", "/api/v1/ways-in"
LINK: dict[str, Any] = {
    "second_factor": False,
    "lifetime": None,
    "idle": None,
    "networks": [],
    "ways": ["magic-link"],
    "password": PASSWORD,
}
REFUSED = "/problems/way-not-allowed"


async def by_link(room: Strongroom, app: httpx.AsyncClient, person: Person) -> None:
    """Sign *person* in by *app* and the code of a mail."""
    await app.post("/api/v1/magic-links", json={"email": person.email})
    mail = await latest_mail(room, person.email)
    code = re.search(r"\n([A-Z2-7]{4}-[A-Z2-7]{4})\n", mail)
    shown = {"code": code[1] if code else ""}
    (await app.post("/api/v1/sessions/magic-link", json=shown)).raise_for_status()


async def test_whoever_came_otherwise_reaches_the_exit_alone(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Cookies, apps of the session and keys; the same person by a link goes on."""
    boss = await found_organization(room, app)
    theirs, otherwise = visit(), visit()
    member = await join(room, await organization_of(app), "member")
    await sign_in(theirs, member)
    pair = {"name": "canary", "scopes": ["member.read"]}
    tokens = (await theirs.post("/api/v1/tokens", json=pair)).json()
    where = str(await organization_of(app))
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    program = visit(**bearer, **{"x-organization-id": where})
    assert (await program.get("/api/v1/members")).status_code == 200
    unmet = await app.put(POLICY, json=LINK)
    assert unmet.json()["type"] == "/problems/own-way-other"
    await by_link(room, app, boss)
    looked = await app.get(f"{POLICY}/preview", params={"ways": "magic-link"})
    assert looked.json()["sessions_otherwise"] == 2  # The member's, the boss's first.
    changed = await app.put(POLICY, json=LINK)
    assert await recorded(room, changed) == [("sign-in-policy.change", "done", None)]
    assert (await app.get("/api/v1/members")).status_code == 200
    for barred in (theirs, program):
        for path in ("/api/v1/session", "/api/v1/members"):
            assert (await barred.get(path)).json()["type"] == REFUSED
    told = (await theirs.get(WAYS)).json()
    assert told == {"way": "password", "ways": ["magic-link"]}
    assert (await theirs.get("/api/v1/organizations")).status_code == 200
    await by_link(room, otherwise, member)
    assert (await otherwise.get("/api/v1/members")).status_code == 200
    assert (await theirs.delete("/api/v1/session")).status_code == 204


async def test_a_session_that_says_no_way_meets_no_policy_that_asks_for_one(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """One from before ways were recorded, and one that an operator acts in passes."""
    boss = await found_organization(room, app)
    await by_link(room, app, boss)
    await app.put(POLICY, json=LINK)
    async with room.db.system(reason="forget how a session began in a test") as tx:
        await tx.execute(
            "update strongroom.sessions set way = 'unknown' where organization_id = $1",
            await organization_of_any(room, boss),
        )
    assert (await app.get("/api/v1/session")).json()["type"] == REFUSED


async def test_another_organization_of_the_same_person_is_reached(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """What one asks says nothing of the other, and switching makes no new way."""
    boss = await found_organization(room, app)
    first = await organization_of(app)
    await by_link(room, app, boss)
    assert (await app.put(POLICY, json=LINK)).status_code == 200
    theirs = visit()
    member = await found_organization(room, theirs)
    own = await organization_of(theirs)
    account = await room.accounts.find(member.email)
    assert account is not None
    async with room.db.system(reason="let somebody belong twice in a test") as tx:
        await room.organizations.admit(tx, first, account.id, "member")
    assert (await theirs.get("/api/v1/members")).status_code == 200
    go = "/api/v1/session/organization"
    await theirs.post(go, json={"organization_id": str(first)})
    assert (await theirs.get("/api/v1/members")).json()["type"] == REFUSED
    await theirs.post(go, json={"organization_id": str(own)})
    assert (await theirs.get("/api/v1/members")).status_code == 200


async def test_a_person_is_led_to_the_ways_that_are_allowed(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """And back to the page that was asked for, by signing in anew."""
    app = visit()
    boss = await found_organization(room, app)
    await sign_in(browser, boss)
    assert (await browser.get("/console/another-way")).status_code == 303
    await by_link(room, app, boss)
    await app.put(POLICY, json=LINK)
    led = await browser.get("/console/members")
    place = "/console/another-way?next=%2Fconsole%2Fmembers"
    assert (led.status_code, led.headers["location"]) == (303, place)
    page = (await browser.get(place)).text
    assert "asks for this way in: link by mail" in page
    assert f'name="email" value="{boss.email}"' in page
    assert 'action="/sign-in"' not in page
    form = {"email": boss.email, "next": "/console/members"}
    await browser.post("/sign-in/mail", data=form)
    mail = await latest_mail(room, boss.email)
    token = re.search(r"/sign-in/link\?token=(\S+)", mail)
    shown = {"token": token[1] if token else ""}
    done = await browser.post("/sign-in/link", data=shown)
    assert done.headers["location"] == "/console/members"
    assert (await browser.get("/console/members")).status_code == 200


async def test_whoever_has_no_allowed_way_yet_makes_one(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A passkey is enrolled by the password, and signs in anew."""
    await found_organization(room, app)
    device, _ = await make_passkey(app, PASSWORD)
    assert (await show(app, device, SIGN_IN)).status_code == 201
    wanted = LINK | {"ways": ["passkey"]}
    assert (await app.put(POLICY, json=wanted)).status_code == 200
    theirs = visit()
    member = await join(room, await organization_of(app), "member")
    await sign_in(theirs, member)
    assert (await theirs.get("/api/v1/members")).json()["type"] == REFUSED
    own, _ = await make_passkey(theirs, member.password)
    assert (await theirs.get("/api/v1/members")).json()["type"] == REFUSED
    assert (await show(theirs, own, SIGN_IN)).status_code == 201
    assert (await theirs.get("/api/v1/members")).status_code == 200


async def test_a_preview_names_whoever_has_none_of_the_ways(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A password or a passkey has whoever has one; a mail reaches everybody."""
    boss = await found_organization(room, app)
    theirs = visit()
    member = await join(room, await organization_of(app), "member")
    await sign_in(theirs, member)
    await make_passkey(theirs, member.password)

    async def without(*ways: str) -> list[str]:
        asked = await app.get(f"{POLICY}/preview", params={"ways": ",".join(ways)})
        named: list[str] = asked.json()["without_way"]
        return named

    assert await without() == []
    assert await without("passkey") == [boss.email]
    assert await without("passkey", "magic-link") == []
    assert await without("passkey", "password") == []
    await change(room, member, FORGET_PASSWORD)
    assert await without("password") == [member.email]
    await change(room, member, DISTRUST_PASSKEYS)
    assert await without("passkey") == sorted([boss.email, member.email])
    page = await app.post(
        "/console/sign-in-policy", data={"way:passkey": "1", "look": "1"}
    )
    assert "one of these ways in would be made by" in page.text
    assert boss.email in page.text


async def test_a_change_of_ways_is_taken_back_by_whoever_meets_what_was(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The owner who came by a link lets any way in again, and the password suffices."""
    boss = await found_organization(room, app)
    other = visit()
    await by_link(room, other, boss)
    await other.put(POLICY, json=LINK)
    assert (await app.get("/api/v1/members")).json()["type"] == REFUSED
    proved = {"password": PASSWORD}
    guessed = await other.post(f"{POLICY}/undo", json={"password": "a guess at it"})
    assert guessed.status_code == 401
    undone = await other.post(f"{POLICY}/undo", json=proved)
    assert undone.json()["ways"] == []
    assert (await app.get("/api/v1/members")).status_code == 200


@pytest.mark.parametrize("way", ["operator", "unknown", "oauth:nobody", "invitation"])
async def test_only_ways_of_the_house_can_be_asked_for(
    room: Strongroom, app: httpx.AsyncClient, way: str
) -> None:
    """One that nobody could come by would lock everybody out."""
    await found_organization(room, app)
    answer = await app.put(POLICY, json=LINK | {"ways": ["password", way]})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["ways"])
    assert (await app.get(POLICY)).json()["ways"] == []


FORGET_PASSWORD = "delete from strongroom.password_verifiers where account_id = $1"
"""As of somebody who came by a provider and never had one."""

DISTRUST_PASSKEYS = "update strongroom.passkeys set alone = false where account_id = $1"
"""As of somebody who froze the account: none signs in by itself any more."""


async def change(room: Strongroom, person: Person, statement: str) -> None:
    """Change what *person* has to sign in by."""
    account = await room.accounts.find(person.email)
    assert account is not None
    async with room.db.system(reason="change a way in in a test") as tx:
        await tx.execute(statement, account.id)


async def organization_of_any(room: Strongroom, person: Person) -> Any:
    """Return where *person* belongs."""
    account = await room.accounts.find(person.email)
    assert account is not None
    return (await room.organizations.of(account.id))[0].organization.id
