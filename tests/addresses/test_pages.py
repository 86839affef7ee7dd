"""An account that moves to another address, and back."""

import asyncio
import re

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, latest_mail, new_person


PAGE, SESSIONS = "/console/address", "/api/v1/sessions"


async def link_in(room: Strongroom, email: str) -> tuple[str, str]:
    """Return the page of the newest mailed link, and its token."""
    mail = await latest_mail(room, email)
    found = re.search(r"(/(?:confirm|undo)-address)\?token=(\S+)", mail)
    assert found is not None, mail
    return found[1], found[2]


async def ask(client: httpx.AsyncClient, person: Person, email: str) -> None:
    """Ask for another address in the console."""
    form = {"email": email, "password": person.password}
    answer = await client.post(PAGE, data=form)
    assert answer.headers["location"] == "/console/address?sent=1"


async def follow(
    room: Strongroom, client: httpx.AsyncClient, email: str
) -> httpx.Response:
    """Open the newest link, which changes nothing, and press its button."""
    path, token = await link_in(room, email)
    page = await client.get(path, params={"token": token})
    assert f'value="{token}"' in page.text
    return await client.post(path, data={"token": token})


async def test_an_owner_moves(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The new address signs in, the old one does not, and other devices are out."""
    person, new = await found_organization(room, browser), new_person().email
    other = visit()
    old = {"email": person.email, "password": person.password}
    assert (await other.post(SESSIONS, json=old)).status_code == 201
    await ask(browser, person, f"  {new.upper()} ")
    assert (await other.get("/api/v1/session")).status_code == 200
    done = await follow(room, browser, new)
    assert done.headers["location"] == "/confirm-address?done=1"
    assert (await browser.get("/api/v1/session")).json()["email"] == new
    assert (await other.get("/api/v1/session")).status_code == 401
    assert (await visit().post(SESSIONS, json=old)).status_code == 401
    assert (await visit().post(SESSIONS, json={**old, "email": new})).status_code == 201


async def test_the_old_address_undoes_it(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever carried the account away is out, and only a mailed reset lets in."""
    person, new = await found_organization(room, browser), new_person().email
    await ask(browser, person, new)
    await follow(room, browser, new)
    owner = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    path, token = await link_in(room, person.email)
    done = await follow(room, owner, person.email)
    assert done.headers["location"] == "/undo-address?done=1"
    assert (await browser.get("/api/v1/session")).status_code == 401
    for email in (new, person.email):
        form = {"email": email, "password": person.password}
        assert (await visit().post(SESSIONS, json=form)).status_code in {401, 403}
    assert "/reset-password?token=" in await latest_mail(room, person.email)
    assert (await owner.post(path, data={"token": token})).status_code == 410


async def test_of_two_who_move_to_one_address_one_arrives(
    room: Strongroom, visit: Visit
) -> None:
    """However close together they follow their links, the other's is spent."""
    for _ in range(3):
        new, tokens = new_person().email, []
        for mover in (visit(), visit()):
            await ask(mover, await found_organization(room, mover), new)
            tokens.append((await link_in(room, new))[1])
        confirm = "/api/v1/address-changes/confirm"
        answers = await asyncio.gather(
            *(visit().post(confirm, json={"token": each}) for each in tokens)
        )
        assert sorted(each.status_code for each in answers) == [204, 410]


async def test_a_taken_address_is_answered_alike(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Its owner is told, and whoever asks is not."""
    person = await found_organization(room, browser)
    other = await found_organization(room, visit())
    await ask(browser, person, other.email)
    assert "It has an account already" in await latest_mail(room, other.email)


async def test_a_wrong_password_changes_nothing(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The reason stands at its field, and no mail is written."""
    await found_organization(room, browser)
    new = new_person().email
    form = {"email": new, "password": "not this one at all"}
    answer = await browser.post(PAGE, data=form)
    assert answer.status_code == 401
    assert 'id="password-wrong"' in answer.text
    assert new not in {mail.recipient for mail in await room.outbox.newest()}
