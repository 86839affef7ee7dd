"""Coming by a provider, for people: its ways, and what stops them."""

import httpx
import pytest

from strongroom.kernel import Caller, Secret, new_id, utc_now
from strongroom.oauth import store
from strongroom.oauth.errors import ConnectedAlready
from strongroom.oidc import Identity
from strongroom.room import Strongroom
from tests.people import PASSWORD, found_organization


METHODS = "/console/sign-in-methods"
PROVED = {"password": PASSWORD}


async def test_an_unknown_provider_is_none(browser: httpx.AsyncClient) -> None:
    """Its name is somebody's guess."""
    answer = await browser.post("/sign-in/with/nobody", data={})
    assert answer.status_code == 404


async def test_coming_back_without_a_way_is_refused_kindly(
    browser: httpx.AsyncClient,
) -> None:
    """On the page where one begins again, and nobody is in."""
    answer = await browser.get("/sign-in/with/canary/return?code=a&state=b")
    assert answer.status_code == 401
    assert "Start again." in answer.text
    assert (await browser.get("/console")).status_code == 303


async def test_nothing_may_come_back_twice(browser: httpx.AsyncClient) -> None:
    """RFC 6749 §3.1: a parameter that is there twice is read by nobody."""
    answer = await browser.get("/sign-in/with/canary/return?code=a&code=b&state=c")
    assert answer.status_code == 401


async def test_a_name_is_asked_of_nobody_else(browser: httpx.AsyncClient) -> None:
    """Whoever comes without an identity is sent to sign in, and signs nobody up."""
    assert (await browser.get("/sign-in/organization")).headers[
        "location"
    ] == "/sign-in"
    form = {"organization": "Canary Works"}
    answer = await browser.post("/sign-in/organization", data=form)
    assert answer.status_code == 401


async def test_an_identity_is_listed_and_disconnected(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The owner sees it, and takes it away; a password is left to sign in by."""
    person = await found_organization(room, browser)
    assert "No provider is connected." in (await browser.get(METHODS)).text
    account = await room.accounts.find(person.email)
    assert account is not None
    identity = Identity("https://id.example.com", "1", "a@example.com", True)
    number = new_id()
    async with room.db.system(reason="connect an identity for a test") as tx:
        assert await store.link(tx, number, account.id, identity)
        assert not await store.link(tx, new_id(), account.id, identity)
    assert "a@example.com" in (await browser.get(METHODS)).text
    gone = f"{METHODS}/{number}/disconnect"
    for wrong in ({}, {"password": "somebody else's guess"}):
        refused = await browser.post(gone, data=wrong)
        assert refused.status_code == 401
        assert "a@example.com" in refused.text
    answer = await browser.post(gone, data=PROVED)
    assert answer.headers["location"] == f"{METHODS}?done=disconnected"
    assert "a@example.com" not in (await browser.get(METHODS)).text


async def test_the_last_way_in_stays(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Without a password, the one identity cannot be disconnected."""
    person = await found_organization(room, browser)
    account = await room.accounts.find(person.email)
    assert account is not None
    number = new_id()
    identity = Identity("https://id.example.com", "2", "b@example.com", True)
    async with room.db.system(reason="leave an account one way in") as tx:
        await store.link(tx, number, account.id, identity)
        await tx.execute(
            "delete from strongroom.password_verifiers where account_id = $1",
            account.id,
        )
    answer = await browser.post(f"{METHODS}/{number}/disconnect", data=PROVED)
    assert answer.status_code == 409
    assert "b@example.com" in (await browser.get(METHODS)).text


async def test_whoever_came_otherwise_connects_no_second_identity(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Whoever found a password out would come in by an identity of their own."""
    person = await found_organization(room, browser)
    account = await room.accounts.find(person.email)
    assert account is not None
    (where,) = await room.organizations.of(account.id)
    barred = Caller(
        session_id=new_id(),
        account_id=account.id,
        email=person.email,
        organization_id=where.organization.id,
        organization_name=where.organization.name,
        role="owner",
        expires_at=utc_now(),
        barred="way",
    )
    own = Identity(room.oauth.canary.issuer, "3", "c@example.com", True)
    proved = Secret(PASSWORD)
    async with room.db.system(reason="connect an identity for a test") as tx:
        await store.link(tx, new_id(), account.id, own)
    with pytest.raises(ConnectedAlready):
        await room.oauth.depart_to_link("canary", barred, proved)
