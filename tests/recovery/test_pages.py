"""A forgotten password, for people."""

import re

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, latest_mail


OTHER = "eleven loud trumpets on the hill"
HTML = {"accept": "text/html", "sec-fetch-site": "same-origin"}


async def test_a_person_finds_the_way_back(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """From the sign-in page to the mail, and with a new password in again."""
    person = await found_organization(room, visit())
    assert 'href="/forgot-password"' in (await browser.get("/sign-in")).text
    asked = await browser.post("/forgot-password", data={"email": person.email})
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/forgot-password?sent=1",
    )
    assert "Check your mail" in (await browser.get(asked.headers["location"])).text
    found = re.search(
        r"(/reset-password\?token=\S+)", await latest_mail(room, person.email)
    )
    assert found is not None
    page = await browser.get(found[1])
    token = found[1].partition("token=")[2]
    assert f'value="{token}"' in page.text
    assert 'content="no-referrer"' in page.text
    done = await browser.post(
        "/reset-password", data={"token": token, "password": OTHER}
    )
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in?changed=1")
    page = await browser.get(done.headers["location"])
    assert "Your password is changed" in page.text
    form = {"email": person.email, "password": OTHER}
    assert (await browser.post("/sign-in", data=form)).headers["location"] == "/console"


async def test_a_new_password_tells_of_the_keys_that_go_on(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever has the link sees how many there are, and so does the mail after it."""
    owner = visit()
    person = await found_organization(room, owner)
    key = {"name": "robot", "scopes": ["organization.read"], "days": 1}
    assert (await owner.post("/api/v1/api-keys", json=key)).is_success
    await browser.post("/forgot-password", data={"email": person.email})
    token = (await latest_mail(room, person.email)).partition("token=")[2].split()[0]
    told = "1 API key of yours goes on working"
    assert told in (await browser.get(f"/reset-password?token={token}")).text
    assert told not in (await browser.get("/reset-password?token=other")).text
    form = {"token": token, "password": OTHER}
    assert (await browser.post("/reset-password", data=form)).status_code == 303
    assert told in await latest_mail(room, person.email)


async def test_a_refused_form_comes_back_with_its_reason(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """What was typed stays, less the password, and the reason stands at its field."""
    person = await found_organization(room, visit())
    slip = await browser.post("/forgot-password", data={"email": "<nobody>"})
    assert slip.status_code == 422
    assert 'value="&lt;nobody&gt;"' in slip.text
    await browser.post("/forgot-password", data={"email": person.email})
    mail = await latest_mail(room, person.email)
    token = mail.partition("token=")[2].split()[0]
    page = await browser.post(
        "/reset-password", data={"token": token, "password": "short"}
    )
    assert page.status_code == 422
    assert 'id="password-wrong"' in page.text
    assert f'value="{token}"' in page.text
    assert "short" not in page.text.replace("shortest", "")


async def test_a_spent_link_says_what_to_do(browser: httpx.AsyncClient) -> None:
    """Its page leads to another link."""
    page = await browser.post(
        "/reset-password", data={"token": "spent", "password": OTHER}
    )
    assert page.status_code == 410
    assert 'href="/forgot-password"' in page.text
