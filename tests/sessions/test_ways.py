"""How a session began: told on the list of devices, on record, and in the copy."""

import httpx

from strongroom.lab import Authenticator, begin_with_app, turn_on_app
from strongroom.room import Strongroom
from strongroom.sessions import MAGIC_LINK, PASSWORD, Beginning, by_provider
from strongroom.sessions.policy import factor_name, way_name
from tests.conftest import Visit
from tests.people import Person, found_organization, sign_in
from tests.records import recorded


SESSIONS = "/api/v1/sessions"


async def with_app(app: httpx.AsyncClient, person: Person) -> Authenticator:
    """Turn *person*'s second factor on, and return the app that makes its codes."""
    theirs = await begin_with_app(app, person.password)
    await turn_on_app(app, theirs)
    return theirs


async def test_a_session_says_its_way_and_what_finished_it(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """First by a password alone, then with a code of the app besides."""
    owner = await found_organization(room, app)
    told = (await app.get(SESSIONS)).json()
    assert [(each["way"], each["factor"]) for each in told] == [("password", None)]
    theirs = await with_app(app, owner)
    second = visit()
    await sign_in(second, owner)
    code = {"code": await theirs.next_code()}
    finished = await second.post(f"{SESSIONS}/second-factor", json=code)
    assert finished.status_code == 201
    found = (await second.get(SESSIONS)).json()
    ways = {each["current"]: (each["way"], each["factor"]) for each in found}
    assert ways == {True: ("password", "app"), False: ("password", None)}
    assert await recorded(room, finished) == [("session.finish", "done", None)]
    entry = (await app.get("/api/v1/audit-logs")).json()
    assert entry["entries"][0]["details"] == {"way": "password", "factor": "app"}


async def test_a_waiting_sign_in_cannot_claim_another_way(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """What the browser holds says the way, and is found under that way alone."""
    owner = await found_organization(room, app)
    theirs = await with_app(app, owner)
    second = visit()
    await sign_in(second, owner)
    ticket = second.cookies["__Host-second-factor"]
    way, _, token = ticket.rpartition(".")
    assert way == PASSWORD
    code = {"code": await theirs.next_code()}
    for forged in (f"{MAGIC_LINK}.{token}", f".{token}", token, "unknown."):
        cookies = {"cookie": f"__Host-second-factor={forged}"}
        refused = await visit(**cookies).post(f"{SESSIONS}/second-factor", json=code)
        assert refused.json()["type"] == "/problems/sign-in-expired", forged
    genuine = {"cookie": f"__Host-second-factor={ticket}"}
    done = await visit(**genuine).post(f"{SESSIONS}/second-factor", json=code)
    assert done.status_code == 201


async def test_the_list_of_devices_says_how_each_signed_in(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """In words, for the person."""
    await found_organization(room, browser)
    page = (await browser.get("/console/devices")).text
    assert '<span class="soft">by password</span>' in page


def test_every_way_has_a_name_for_people() -> None:
    """A provider is called as it is configured; what follows is named too."""
    assert [way_name(each) for each in (PASSWORD, MAGIC_LINK, by_provider("acme"))] == [
        "password",
        "link by mail",
        "acme",
    ]
    assert [factor_name(each) for each in ("recovery-code", None)] == [
        "recovery code",
        None,
    ]


def test_a_passkey_alone_counts_as_a_second_factor() -> None:
    """A password alone does not."""
    assert Beginning(by_provider("acme"), "app").by_factor
    assert not Beginning(PASSWORD).by_factor
