"""A session works after its owner signed out.

The cookie is deleted in the browser, and the server still takes a copy of it
(CVE-2025-4643). Here signing out ends the row, so a copy is worth nothing.
"""

import httpx
import pytest

from strongroom.room import Strongroom
from strongroom.sessions import COOKIE
from tests.conftest import Visit
from tests.people import Person, found_organization, sign_in


@pytest.fixture
async def person(room: Strongroom, visit: Visit) -> Person:
    """Return somebody with an account."""
    return await found_organization(room, visit())


@pytest.mark.parametrize("way", ["API", "form", "list of devices"])
async def test_a_copied_cookie_is_dead_after_sign_out(
    visit: Visit, person: Person, way: str
) -> None:
    """However the session was ended, its copy opens nothing; another device stays."""
    device, other = visit(), visit()
    await sign_in(device, person)
    await sign_in(other, person)
    thief = visit(cookie=f"{COOKIE}={device.cookies[COOKIE]}")
    assert (await thief.get("/api/v1/session")).status_code == 200
    await end(way, device, other)
    for path in ("/api/v1/session", "/api/v1/members", "/api/v1/sessions"):
        assert (await thief.get(path)).status_code == 401
    assert (await other.get("/api/v1/session")).status_code == 200


async def end(way: str, device: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """End the session of *device* in one of the ways there are."""
    session = (await device.get("/api/v1/session")).json()["session_id"]
    if way == "API":
        answer = await device.delete("/api/v1/session")
    elif way == "form":
        answer = await device.post("/sign-out")
    else:
        answer = await other.delete(f"/api/v1/sessions/{session}")
    assert answer.status_code in {204, 303}


async def test_signing_out_takes_the_cookie_away(visit: Visit, person: Person) -> None:
    """The browser is told to forget it, with the attributes that it was set with."""
    device = visit()
    await sign_in(device, person)
    answer = await device.delete("/api/v1/session")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f'{COOKIE}="";')
    wanted = {"Max-Age=0", "Path=/", "Secure", "HttpOnly", "SameSite=lax"}
    assert wanted <= set(cookie.split("; "))


async def test_signing_out_twice_is_refused(visit: Visit, person: Person) -> None:
    """Nobody is signed in any more, so there is nothing to end."""
    device = visit()
    await sign_in(device, person)
    token = device.cookies[COOKIE]
    assert (await device.delete("/api/v1/session")).status_code == 204
    again = await visit(cookie=f"{COOKIE}={token}").delete("/api/v1/session")
    assert again.status_code == 401


async def test_a_page_after_sign_out_asks_to_sign_in(
    visit: Visit, person: Person
) -> None:
    """Neither a page nor a form of the console answers a copied cookie."""
    device = visit()
    await sign_in(device, person)
    thief = visit(
        accept="text/html",
        cookie=f"{COOKIE}={device.cookies[COOKIE]}",
        **{"sec-fetch-site": "same-origin"},
    )
    assert (await thief.get("/console")).status_code == 200
    await device.post("/sign-out")
    for method, path in (("GET", "/console"), ("POST", "/console/password")):
        answer = await thief.request(method, path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
