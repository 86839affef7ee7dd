"""Second factors for people: forms that work without a script."""

import re

import httpx

from strongroom.lab import Authenticator
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization

from .people import grow_stale, holder


ADDRESS, CONFIRM, CODE = (
    "/console/security",
    "/console/confirm",
    "/sign-in/second-factor",
)


def seed_in(page: str) -> str:
    """Return the seed that a page shows, to be typed."""
    found = re.search(r"<code>([A-Z2-7 ]{39})</code>", page)
    assert found is not None
    return found[1].replace(" ", "")


async def test_a_person_enrols_and_keeps_the_codes(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Password, picture, first code, ten codes: each shown once, none kept."""
    person = await found_organization(room, browser)
    assert "Add an authenticator app" in (await browser.get(ADDRESS)).text
    form = {"password": person.password}
    page = await browser.post(f"{ADDRESS}/enrol", data=form)
    assert "<svg" in page.text
    assert 'style="' not in page.text
    assert page.headers["cache-control"] == "no-store"
    app = Authenticator(seed_in(page.text))
    again = (await browser.get(ADDRESS)).text
    assert app.secret not in again.replace(" ", "")
    wrong = await browser.post(f"{ADDRESS}/enable", data={"code": app.wrong_code()})
    assert wrong.status_code == 401
    assert "That code does not match." in wrong.text
    assert app.secret not in wrong.text.replace(" ", "")
    code = {"code": await app.next_code()}
    page = await browser.post(f"{ADDRESS}/enable", data=code)
    codes = set(re.findall(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", page.text))
    assert len(codes) == 10
    assert 'download="recovery-codes.txt"' in page.text
    page = await browser.get(ADDRESS)
    assert "10 of 10 are left" in page.text
    assert not [each for each in codes if each in page.text]


async def test_a_wrong_password_is_said_beside_its_field(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The page is shown again, with what is wrong and without what was typed."""
    await found_organization(room, browser)
    answer = await browser.post(f"{ADDRESS}/enrol", data={"password": "wrong " * 3})
    assert answer.status_code == 401
    assert "That password does not match." in answer.text
    assert "wrong wrong" not in answer.text


async def test_signing_in_goes_on_to_the_page_that_was_asked_for(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """By way of the code's own page, which nobody sees without a password before."""
    owner = await holder(room, browser)
    other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    answer = await other.get(f"{CODE}?next=%2Fconsole%2Fmembers")
    assert answer.headers["location"] == "/sign-in?next=%2Fconsole%2Fmembers"
    form = {"email": owner.person.email, "password": owner.person.password}
    answer = await other.post("/sign-in", data=form | {"next": "/console/members"})
    assert answer.headers["location"] == f"{CODE}?next=%2Fconsole%2Fmembers"
    page = await other.get(answer.headers["location"])
    assert 'autocomplete="one-time-code"' in page.text
    forged = {"code": await owner.app.next_code(), "next": "//evil.example"}
    wrong = await other.post(CODE, data=forged | {"code": owner.app.wrong_code()})
    assert (wrong.status_code, "That code does not match." in wrong.text) == (401, True)
    answer = await other.post(CODE, data=forged | {"next": "/console/members"})
    assert answer.headers["location"] == "/console/members"
    assert (await other.get("/console/members")).status_code == 200


async def test_a_recovery_code_has_its_own_field(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A wrong one is refused beside it, with the field open; a right one gets in."""
    owner = await holder(room, browser)
    other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    form = {"email": owner.person.email, "password": owner.person.password}
    await other.post("/sign-in", data=form)
    wrong = await other.post(CODE, data={"recovery_code": "aaaa-bbbb-cccc-dddd"})
    assert "<details open>" in wrong.text
    answer = await other.post(CODE, data={"recovery_code": owner.codes[9]})
    assert answer.headers["location"] == "/console"


async def test_a_stale_session_confirms_and_comes_back(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Before a form, or after a refused one, a code is asked; then one is back."""
    owner = await holder(room, browser)
    await grow_stale(room, browser)
    answer = await browser.get("/console/password")
    assert answer.headers["location"] == f"{CONFIRM}?next=%2Fconsole%2Fpassword"
    assert "confirm that it is you" in (await browser.get(ADDRESS)).text
    referer = {"referer": f"https://strongroom.test{ADDRESS}"}
    answer = await browser.post(f"{ADDRESS}/disable", headers=referer)
    assert answer.headers["location"] == f"{CONFIRM}?next=%2Fconsole%2Fsecurity"
    foreign = {"referer": "https://evil.example/console/members"}
    answer = await browser.post(f"{ADDRESS}/disable", headers=foreign)
    assert answer.headers["location"] == CONFIRM
    assert (await browser.get(CONFIRM)).status_code == 200
    form = {"code": await owner.app.next_code(), "next": ADDRESS}
    answer = await browser.post(CONFIRM, data=form)
    assert answer.headers["location"] == ADDRESS
    assert (await browser.get("/console/password")).status_code == 200
    answer = await browser.post(f"{ADDRESS}/disable")
    assert answer.headers["location"] == f"{ADDRESS}?off=1"
    assert "is off" in (await browser.get(f"{ADDRESS}?off=1")).text


async def test_new_codes_are_shown_once(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """On the answer itself, and the earlier ones are none of them."""
    owner = await holder(room, browser)
    page = await browser.post(f"{ADDRESS}/recovery-codes")
    codes = set(re.findall(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", page.text))
    assert len(codes) == 10
    assert not codes & set(owner.codes)
