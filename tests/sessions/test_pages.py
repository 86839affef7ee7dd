"""The overview, the devices and the way out, for people."""

from uuid import uuid4

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in
from tests.records import recorded


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def test_the_overview_of_a_founder(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Who is alone is told what to do next, and sees what is on record already."""
    await found_organization(room, browser, "Works <b>&amp;")
    page = await browser.get("/console")
    assert "Works &lt;b&gt;&amp;amp;" in page.text
    assert "account.verify" in page.text
    assert "What to do next" in page.text


async def test_the_overview_of_a_viewer(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A page offers nothing that the role may not do."""
    founder = visit()
    await found_organization(room, founder)
    await sign_in(browser, await join(room, await organization_of(founder), "viewer"))
    page = await browser.get("/console")
    assert "You are its viewer." in page.text
    assert 'href="/console/members"' in page.text
    assert "/console/audit" not in page.text


@pytest.mark.parametrize("path", ["", "/devices", "/members", "/audit", "/password"])
async def test_the_console_is_for_the_signed_in(
    browser: httpx.AsyncClient, path: str
) -> None:
    """A stranger is sent to sign in, and from there back."""
    answer = await browser.get(f"/console{path}")
    back = f"/console{path}".replace("/", "%2F")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={back}"


async def test_a_device_is_signed_out(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The list names each device; the ended one is out at its next request."""
    person = await found_organization(room, browser)
    other = visit(**{"user-agent": FIREFOX})
    await sign_in(other, person)
    page = await browser.get("/console/devices")
    assert "Firefox on Linux" in page.text
    assert page.text.count("this device") == 1
    other_id = (await other.get("/api/v1/session")).json()["session_id"]
    answer = await browser.post(f"/console/devices/{other_id}/end")
    assert answer.status_code == 303
    assert await recorded(room, answer) == [("session.end", "done", None)]
    after = await browser.get(answer.headers["location"])
    assert "That device is signed out." in after.text
    assert "Firefox on Linux" not in after.text
    assert (await other.get("/api/v1/session")).status_code == 401


async def test_a_foreign_device_looks_like_none(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Somebody else's session, one that never was and nonsense all are not there."""
    await found_organization(room, browser)
    other = visit()
    await found_organization(room, other)
    theirs = (await other.get("/api/v1/session")).json()["session_id"]
    for session_id in (theirs, uuid4()):
        answer = await browser.post(f"/console/devices/{session_id}/end")
        assert answer.status_code == 404
        assert "There is nothing here." in answer.text
        assert await recorded(room, answer) == [("session.end", "refused", "not-found")]
    assert (await browser.post("/console/devices/x/end")).status_code == 404
    assert (await other.get("/api/v1/session")).status_code == 200


async def test_signing_out_leaves_nothing_behind(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The session ends, its cookie is taken, and the browser forgets our pages."""
    await found_organization(room, browser)
    answer = await browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["set-cookie"].startswith('__Host-session="";')
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert await recorded(room, answer) == [("session.end", "done", None)]
    assert (await browser.get("/")).status_code == 200


async def test_no_link_signs_out(room: Strongroom, browser: httpx.AsyncClient) -> None:
    """A GET changes nothing."""
    await found_organization(room, browser)
    assert (await browser.get("/sign-out")).status_code == 405
    assert (await browser.get("/console")).status_code == 200


async def test_another_site_cannot_sign_out(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A write that a foreign page caused is turned away at the edge."""
    await found_organization(room, browser)
    answer = await browser.post("/sign-out", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert (await browser.get("/console")).status_code == 200
