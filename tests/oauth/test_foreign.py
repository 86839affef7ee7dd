"""Coming by a provider of somebody else's make: in, back, linked, and every no."""

import html
import re
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from strongroom.oauth.store import of as identities_of
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    Person,
    found_organization,
    new_person,
    organization_of,
    was_told,
)

from .conftest import Providers
from .foreign import Foreign


METHODS = "/console/sign-in-methods"
HTML = {"accept": "text/html", "sec-fetch-site": "same-origin"}
CROSS = {"accept": "text/html", "sec-fetch-site": "cross-site"}
_LINK = re.compile(r'<a class="button" href="([^"]+)"')


async def leave(
    browser: httpx.AsyncClient, name: str, way: str = "/sign-in/with", **form: str
) -> str:
    """Begin a way by provider *name*, and return where it leads."""
    page = await browser.post(f"{way}/{name}", data=form or {"next": ""}, headers=HTML)
    found = _LINK.search(page.text)
    assert found, f"{page.status_code}: {page.text}"
    return html.unescape(found[1])


async def arrive(browser: httpx.AsyncClient, location: str) -> httpx.Response:
    """Come back as a browser does that another site sends."""
    return await browser.get(location, headers=CROSS)


def changed(address: str, **told: str) -> str:
    """Return *address* with some parameters of its query changed."""
    query = dict(parse_qsl(urlsplit(address).query)) | told
    return f"{address.partition('?')[0]}?{urlencode(query)}"


async def is_in(browser: httpx.AsyncClient) -> bool:
    """Say whether the browser's session is good at this moment."""
    return (await browser.get("/api/v1/session")).is_success


async def without_way(browser: httpx.AsyncClient, name: str) -> list[str]:
    """Return who could not come in if provider *name* were the only way."""
    asked = {"ways": f"oauth:{name}"}
    looked = await browser.get("/api/v1/sign-in-policy/preview", params=asked)
    named: list[str] = looked.json()["without_way"]
    return named


async def sign_up(
    browser: httpx.AsyncClient, foreign: Foreign, name: str
) -> tuple[str, Person]:
    """Come as somebody new and name an organization; return subject and person."""
    subject, person = secrets.token_hex(8), new_person()
    foreign.know(subject, person.email)
    location = foreign.sign_in(await leave(browser, name), sub=subject)
    answer = await arrive(browser, location)
    assert answer.headers["location"] == "/sign-in/organization", answer.text
    form = {"organization": "Canary by provider"}
    await browser.post("/sign-in/organization", data=form, headers=HTML)
    assert await is_in(browser)
    return subject, person


@pytest.mark.parametrize("name", ["work", "club"])
async def test_somebody_new_signs_up_and_comes_again_from_another_address(
    visit: Visit, providers: Providers, name: str
) -> None:
    """By either way to tell a client's secret; who it is says the subject alone."""
    foreign = providers[name]
    subject, person = await sign_up(visit(), foreign, name)
    foreign.know(subject, new_person().email)
    browser = visit()
    location = foreign.sign_in(await leave(browser, name), sub=subject)
    assert (await arrive(browser, location)).headers["location"] == "/console"
    session = (await browser.get("/api/v1/session")).json()
    assert session["email"] == person.email


async def connect(browser: httpx.AsyncClient, person: Person, name: str) -> str:
    """Leave to connect provider *name*, after the password; return where it leads."""
    return await leave(browser, name, f"{METHODS}/with", password=person.password)


async def test_an_account_is_connected_and_disconnected(
    room: Strongroom, visit: Visit, providers: Providers
) -> None:
    """After its password is shown again; then who comes from there is in, or not."""
    foreign, subject = providers["work"], secrets.token_hex(8)
    owner, browser = visit(**HTML), visit()
    person = await found_organization(room, owner)
    foreign.know(subject, "elsewhere@example.invalid")
    wrong = await owner.post(
        f"{METHODS}/with/work", data={"password": "not mine at all"}
    )
    assert wrong.status_code == httpx.codes.UNAUTHORIZED
    location = foreign.sign_in(await connect(owner, person, "work"), sub=subject)
    answer = await arrive(owner, location)
    assert answer.headers["location"] == f"{METHODS}?done=connected"
    assert await was_told(room, person.email, "A provider was connected")
    assert await without_way(owner, "work") == []
    assert await without_way(owner, "club") == [person.email]
    again = foreign.sign_in(await leave(browser, "work"), sub=subject)
    assert (await arrive(browser, again)).headers["location"] == "/console"
    shown = (await owner.get(METHODS)).text
    assert "elsewhere@example.invalid" in shown
    found = re.search(r"/console/sign-in-methods/(\S+)/disconnect", shown)
    assert found is not None
    await owner.post(
        f"{METHODS}/{found[1]}/disconnect", data={"password": person.password}
    )
    assert await was_told(room, person.email, "A provider was disconnected")
    stranger = visit()
    later = foreign.sign_in(await leave(stranger, "work"), sub=subject)
    assert (await arrive(stranger, later)).headers["location"] != "/console"
    assert not await is_in(stranger)


async def test_an_identity_of_one_account_is_not_connected_to_another(
    room: Strongroom, visit: Visit, providers: Providers
) -> None:
    """It stays whose it was, and the other one is told."""
    foreign = providers["work"]
    subject, _ = await sign_up(visit(), foreign, "work")
    other = visit(**HTML)
    person = await found_organization(room, other)
    location = foreign.sign_in(await connect(other, person, "work"), sub=subject)
    answer = await arrive(other, location)
    assert answer.status_code == httpx.codes.CONFLICT


async def test_a_connection_ends_in_the_account_where_it_began(
    room: Strongroom, visit: Visit, providers: Providers
) -> None:
    """A link that was begun by one account connects nothing to another."""
    foreign, subject = providers["work"], secrets.token_hex(8)
    foreign.know(subject, new_person().email)
    one, other = visit(**HTML), visit(**HTML)
    person = await found_organization(room, one)
    await found_organization(room, other)
    location = foreign.sign_in(await connect(one, person, "work"), sub=subject)
    other.cookies.set("__Host-oauth", one.cookies["__Host-oauth"])
    answer = await arrive(other, location)
    assert answer.status_code == httpx.codes.UNAUTHORIZED


async def test_an_address_that_has_an_account_lets_nobody_in(
    room: Strongroom, visit: Visit, app: httpx.AsyncClient, providers: Providers
) -> None:
    """Whoever has somebody's address at a provider is not somebody."""
    person, browser = await found_organization(room, app), visit()
    subject = secrets.token_hex(8)
    providers["work"].know(subject, person.email)
    asked = await leave(browser, "work")
    answer = await arrive(browser, providers["work"].sign_in(asked, sub=subject))
    assert answer.status_code == httpx.codes.CONFLICT
    assert "has an account" in answer.text
    assert not await is_in(browser)


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": ""}])
async def test_an_address_that_is_not_verified_signs_nobody_up(
    browser: httpx.AsyncClient, providers: Providers, claims: dict[str, object]
) -> None:
    """Nor one that is not there."""
    subject = secrets.token_hex(8)
    told = {"email": new_person().email} | claims
    providers["work"].know(subject, str(told.pop("email")), **told)
    asked = await leave(browser, "work")
    answer = await arrive(browser, providers["work"].sign_in(asked, sub=subject))
    assert answer.status_code == httpx.codes.FORBIDDEN


async def test_whoever_denies_there_is_not_let_in(
    browser: httpx.AsyncClient, providers: Providers
) -> None:
    """This provider says its no without the state; the person is told it kindly."""
    asked = await leave(browser, "work")
    location = providers["work"].sign_in(asked, action="deny")
    assert "error=access_denied" in location
    answer = await arrive(browser, location)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert "did not sign you in" in answer.text


async def test_whoever_departs_twice_connects_one_identity(
    room: Strongroom, visit: Visit, providers: Providers
) -> None:
    """Where the organization asks for that way, a second would be somebody else's."""
    foreign, owner = providers["work"], visit(**HTML)
    person = await found_organization(room, owner)
    where = await organization_of(owner)
    async with room.db.system(reason="ask for one way in a test") as tx:
        await tx.execute(
            "insert into strongroom.sign_in_policies"
            " (organization_id, second_factor, networks, ways)"
            " values ($1, false, '{}', $2)",
            where,
            ["oauth:work"],
        )
    departures = []
    for name in ("one", "two"):
        subject = secrets.token_hex(8)
        foreign.know(subject, f"{name}@example.invalid")
        location = await connect(owner, person, "work")
        departures.append((location, owner.cookies["__Host-oauth"], subject))
    for location, cookie, subject in departures:
        owner.cookies.delete("__Host-oauth")
        owner.cookies.set("__Host-oauth", cookie, domain="strongroom.test", path="/")
        await arrive(owner, foreign.sign_in(location, sub=subject))
    account = await room.accounts.find(person.email)
    assert account is not None
    door = room.db.system(reason="count identities in a test")
    assert len(await identities_of(door, account.id)) == 1
