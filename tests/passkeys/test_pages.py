"""Passkeys for people: what the pages say, and that forms take what a browser shows."""

import json

import httpx

from strongroom.lab import PasskeyDevice, asked_for_passkey
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization
from tests.totp.people import grow_stale, holder

from .people import OPTIONS, keeper


ADDRESS, SECURITY, CONFIRM = (
    "/console/passkeys",
    "/console/security",
    "/console/confirm",
)


async def shown(app: httpx.AsyncClient, device: PasskeyDevice) -> dict[str, str]:
    """Return what the page's script puts into its form."""
    credential = device.show(await asked_for_passkey(app))
    return {"credential": json.dumps(credential)}


async def test_a_person_adds_one_and_keeps_the_codes(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The first brings ten codes; the list has it then, and the overview counts it."""
    person = await found_organization(room, browser)
    assert "You have no passkey yet" in (await browser.get(ADDRESS)).text
    assert "none yet" in (await browser.get(SECURITY)).text
    asked = await browser.post(OPTIONS, json={"password": person.password})
    made = PasskeyDevice("https://strongroom.test").make(asked.json()["options"])
    form = {"name": "My <laptop>", "credential": json.dumps(made)}
    page = await browser.post(ADDRESS, data=form)
    assert "Keep your recovery codes" in page.text
    listed = (await browser.get(ADDRESS)).text
    assert "My &lt;laptop&gt;" in listed
    assert "My <laptop>" not in listed
    overview = (await browser.get(SECURITY)).text
    assert "1 in use" in overview
    assert "10 of 10 are left" in overview
    assert "Add an authenticator app" in overview


async def test_what_was_refused_is_said_on_the_page(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A question that was answered, or nonsense, leaves the page and says why."""
    owner = await keeper(room, browser)
    page = await browser.post(ADDRESS, data={"name": "X", "credential": "nonsense"})
    assert (page.status_code, "was not accepted" in page.text) == (401, True)
    other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    form = await shown(other, owner.device)
    other.cookies.clear()
    page = await other.post("/sign-in/passkey", data=form)
    assert (page.status_code, "This took too long" in page.text) == (401, True)
    assert 'action="/sign-in"' in page.text


async def test_signing_in_goes_on_to_the_page_that_was_asked_for(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """By the passkey alone; a foreign address is not gone to."""
    owner = await keeper(room, browser)
    for wanted, expected in (
        ("/console/members", "/console/members"),
        ("//evil.example", "/console"),
    ):
        other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
        assert "passkeys.js" in (await other.get("/sign-in")).text
        form = await shown(other, owner.device) | {"next": wanted}
        answer = await other.post("/sign-in/passkey", data=form)
        assert answer.headers["location"] == expected
        assert (await other.get("/console")).status_code == 200


async def test_the_question_offers_what_the_account_has(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A passkey where there is one, a code where there is an app."""
    owner = await keeper(room, browser)
    someone = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    form = {"email": owner.person.email, "password": owner.person.password}
    await someone.post("/sign-in", data=form)
    page = (await someone.get("/sign-in/second-factor")).text
    assert "Use a passkey" in page
    assert 'name="code"' not in page
    assert 'name="recovery_code"' in page
    answer = await someone.post(
        "/sign-in/second-factor/passkey", data=await shown(someone, owner.device)
    )
    assert answer.headers["location"] == "/console"
    app_only = await holder(room, visit())
    other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    form = {"email": app_only.person.email, "password": app_only.person.password}
    await other.post("/sign-in", data=form)
    page = (await other.get("/sign-in/second-factor")).text
    assert "Use a passkey" not in page
    assert 'name="code"' in page


async def test_a_stale_session_confirms_by_its_passkey(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The page offers it, takes it, and goes back; then removing works."""
    owner = await keeper(room, browser)
    await grow_stale(room, browser)
    assert "confirm that it is you" in (await browser.get(ADDRESS)).text
    remove = f"{ADDRESS}/{owner.id}/remove"
    assert (await browser.post(remove)).headers["location"].startswith(CONFIRM)
    assert "Use a passkey" in (await browser.get(CONFIRM)).text
    form = await shown(browser, owner.device) | {"next": ADDRESS}
    answer = await browser.post(f"{CONFIRM}/passkey", data=form)
    assert answer.headers["location"] == ADDRESS
    answer = await browser.post(remove)
    assert answer.headers["location"] == f"{ADDRESS}?done=removed"
    assert "is removed" in (await browser.get(f"{ADDRESS}?done=removed")).text


async def test_renaming_is_a_form(room: Strongroom, browser: httpx.AsyncClient) -> None:
    """A new name is shown; an empty one is refused beside its field."""
    owner = await keeper(room, browser)
    address = f"{ADDRESS}/{owner.id}/rename"
    answer = await browser.post(address, data={"name": "Key ring"})
    assert answer.headers["location"] == f"{ADDRESS}?done=renamed"
    assert "Key ring" in (await browser.get(ADDRESS)).text
    answer = await browser.post(address, data={"name": " "})
    assert (answer.status_code, "1 to 60 characters" in answer.text) == (422, True)
