"""An account that its owner freezes, because somebody else is in it."""

import re

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, latest_mail
from tests.totp.people import holder, show


SESSIONS, PAGE = "/api/v1/sessions", "/not-me"
NEW = "eleven loud trumpets on the hill"
HTML = {"accept": "text/html", "sec-fetch-site": "same-origin"}


async def sign_in(client: httpx.AsyncClient, person: Person) -> httpx.Response:
    """Show the password."""
    form = {"email": person.email, "password": person.password}
    return await client.post(SESSIONS, json=form)


async def notice_in(room: Strongroom, person: Person) -> str:
    """Return the token of the notice that came last."""
    mail = await latest_mail(room, person.email)
    found = re.search(r"/not-me\?notice=(\S+)", mail)
    assert found is not None, mail
    return found[1]


async def reset_token(room: Strongroom, person: Person) -> str:
    """Return the token of the newest link to a new password."""
    mails = [
        each.body or ""
        for each in await room.outbox.newest()
        if each.recipient == person.email
    ]
    links = (re.search(r"/reset-password\?token=(\S+)", each) for each in mails)
    return next(found[1] for found in links if found)


async def test_an_owner_freezes_and_comes_back(
    room: Strongroom, app: httpx.AsyncClient, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """From the notice to a frozen account, and by a new password in again."""
    person, thief = await found_organization(room, app), visit()
    assert (await sign_in(thief, person)).status_code == 201
    token = await notice_in(room, person)
    page = await browser.get(PAGE, params={"notice": token})
    assert f'value="{token}"' in page.text
    assert 'content="no-referrer"' in page.text
    assert (await thief.get("/api/v1/session")).status_code == 200
    done = await browser.post(PAGE, data={"notice": token})
    assert done.headers["location"] == "/not-me?frozen=1"
    assert "is frozen" in (await browser.get(done.headers["location"])).text
    for client in (thief, app):
        assert (await client.get("/api/v1/session")).status_code == 401
    refused = await sign_in(visit(), person)
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/account-frozen")
    assert (await browser.post(PAGE, data={"notice": token})).status_code == 410
    reset = {"token": await reset_token(room, person), "password": NEW}
    answer = await visit().post("/api/v1/password-resets/complete", json=reset)
    assert answer.status_code == 204
    assert (await sign_in(visit(), Person(person.email, NEW))).status_code == 201


async def test_the_owners_of_the_organization_see_an_alarm(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """It stands among the alarms, where another look may find what was done."""
    person = await found_organization(room, app)
    await sign_in(visit(), person)
    form = {"token": await notice_in(room, person)}
    frozen = await visit().post("/api/v1/account-freezes", json=form)
    assert frozen.status_code == 202
    mail = await latest_mail(room, person.email)
    assert "/console/alarms" in mail
    reset = {"token": await reset_token(room, person), "password": NEW}
    await visit().post("/api/v1/password-resets/complete", json=reset)
    back = visit()
    await sign_in(back, Person(person.email, NEW))
    alarms = (await back.get("/api/v1/alarms")).json()["alarms"]
    assert [each["shape"] for each in alarms] == ["account-frozen"]
    page = await back.get("/console/alarms", headers=HTML)
    assert "account frozen by its owner" in page.text


async def test_a_device_that_was_here_is_no_news(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever signed in from it before causes no second mail."""
    person, device = await found_organization(room, app), visit()
    await sign_in(device, person)
    before = len(await room.outbox.newest(1000))
    await sign_in(device, person)
    assert len(await room.outbox.newest(1000)) == before
    await sign_in(visit(), person)
    assert len(await room.outbox.newest(1000)) == before + 1


async def test_a_thief_cannot_end_the_owners_link(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The notice of a sign-in outlives the thief's change of the password."""
    person, thief = await found_organization(room, app), visit()
    await sign_in(thief, person)
    token = await notice_in(room, person)
    change = {"current": person.password, "new": NEW}
    assert (await thief.put("/api/v1/password", json=change)).status_code == 204
    assert "password" in await latest_mail(room, person.email)
    frozen = await visit().post("/api/v1/account-freezes", json={"token": token})
    assert frozen.status_code == 202
    assert (await thief.get("/api/v1/session")).status_code == 401


async def test_half_a_sign_in_ends_too(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A sign-in that waits for its code opens nothing after the freeze."""
    owner, waiting = await holder(room, app), visit()
    token = await notice_in(room, owner.person)
    assert (await sign_in(waiting, owner.person)).status_code == 202
    await visit().post("/api/v1/account-freezes", json={"token": token})
    answer = await show(waiting, await owner.app.next_code())
    assert answer.status_code == 401
