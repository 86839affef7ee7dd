"""Inviting, joining and switching for people."""

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.invitations.test_api import token_of
from tests.people import PASSWORD, found_organization, new_person


async def test_a_newcomer_is_invited_and_joins(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The form sends a mail; opening the link changes nothing, and posting joins."""
    await found_organization(room, browser)
    person, newcomer = new_person(), visit(accept="text/html")
    form = {"email": person.email, "role": "viewer"}
    sent = await browser.post("/console/invitations", data=form)
    page = await browser.get(sent.headers["location"])
    assert "The invitation is on its way." in page.text
    assert person.email in page.text
    token = await token_of(room, person.email)
    for _ in range(3):
        opened = await newcomer.get(f"/invitation?token={token}")
        assert "Join Canary Works" in opened.text
    weak = await newcomer.post("/invitation", data={"token": token, "password": "x"})
    assert weak.status_code == 422
    assert "Join Canary Works" in weak.text
    joined = await newcomer.post(
        "/invitation", data={"token": token, "password": PASSWORD}
    )
    assert (joined.status_code, joined.headers["location"]) == (303, "/console")
    assert "Canary Works" in (await newcomer.get("/console")).text
    spent = await newcomer.get(f"/invitation?token={token}")
    assert "This link was used or has expired" in spent.text


async def test_a_refused_invitation_keeps_what_was_typed(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """No address, an unknown role, and a second invitation are said beside the form."""
    await found_organization(room, browser)
    person = new_person()
    for form in (
        {"email": "nobody at all", "role": "viewer"},
        {"email": person.email, "role": "root"},
    ):
        answer = await browser.post("/console/invitations", data=form)
        assert answer.status_code == 422
        assert form["email"] in answer.text
    form = {"email": person.email, "role": "viewer"}
    await browser.post("/console/invitations", data=form)
    twice = await browser.post("/console/invitations", data=form)
    assert twice.status_code == 409
    assert "This address is invited already." in twice.text


async def test_somebody_with_an_account_joins_and_switches(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A button is all; then they go there and back, each time by a new session."""
    await found_organization(room, browser)
    theirs = visit(accept="text/html")
    person = await found_organization(room, theirs, "Canary Elsewhere")
    form = {"email": person.email, "role": "viewer"}
    await browser.post("/console/invitations", data=form)
    token = await token_of(room, person.email)
    stranger = await browser.get(f"/invitation?token={token}")
    assert "Sign out, then open the link again." in stranger.text
    assert "Join Canary Works" in (await theirs.get(f"/invitation?token={token}")).text
    joined = await theirs.post("/invitation", data={"token": token})
    assert joined.status_code == 303
    page = await theirs.get("/console/organizations")
    assert "Canary Elsewhere" in page.text
    places = {
        each["name"]: each["id"]
        for each in (await theirs.get("/api/v1/organizations")).json()
    }
    before = theirs.cookies["__Host-session"]
    address = f"/console/organizations/{places['Canary Elsewhere']}/switch"
    assert (await theirs.post(address)).status_code == 303
    mine = (await theirs.get("/api/v1/session")).json()
    assert mine["organization"] == "Canary Elsewhere"
    old = visit(cookie=f"__Host-session={before}")
    assert (await old.get("/api/v1/session")).status_code == 401
    foreign = (await browser.get("/api/v1/session")).json()["organization_id"]
    back = f"/console/organizations/{foreign}/switch"
    assert (await theirs.post(back)).status_code == 303
    lost = f"/console/organizations/{places['Canary Elsewhere']}/switch"
    assert (await browser.post(lost)).status_code == 404
