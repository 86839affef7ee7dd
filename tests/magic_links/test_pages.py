"""Signing in by mail, for people."""

import re

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, latest_mail
from tests.totp.people import holder


PAGE = "/sign-in/link"


async def ask(browser: httpx.AsyncClient, person: Person) -> None:
    """Press the button under the sign-in form."""
    form = {"email": person.email, "password": "", "next": ""}
    asked = await browser.post("/sign-in/mail", data=form)
    assert (asked.status_code, asked.headers["location"]) == (303, PAGE)


async def mailed(room: Strongroom, person: Person) -> tuple[str, str]:
    """Return the token and the code of the newest mail."""
    mail = await latest_mail(room, person.email)
    link = re.search(r"/sign-in/link\?token=(\S+)", mail)
    code = re.search(r"\n([A-Z2-7]{4}-[A-Z2-7]{4})\n", mail)
    assert link is not None
    assert code is not None
    return link[1], code[1]


async def test_a_person_signs_in_by_the_link(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """From the sign-in page to the mail, and in by one press of a button."""
    person = await found_organization(room, visit())
    assert 'formaction="/sign-in/mail"' in (await browser.get("/sign-in")).text
    await ask(browser, person)
    assert "Check your mail" in (await browser.get(PAGE)).text
    token, _ = await mailed(room, person)
    page = await browser.get(PAGE, params={"token": token})
    assert f'value="{token}"' in page.text
    assert 'content="no-referrer"' in page.text
    done = await browser.post(PAGE, data={"token": token})
    assert (done.status_code, done.headers["location"]) == (303, "/console")
    again = await browser.post(PAGE, data={"token": token})
    assert again.status_code == 403


async def test_whoever_wanted_a_page_arrives_there(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """By link or code, after the second factor too, and only at a page of ours."""
    person = (await holder(room, visit())).person
    for wanted, kept in (
        ("/console/devices", "?next=%2Fconsole%2Fdevices"),
        ("//elsewhere.example", ""),
        ("https://elsewhere.example/console", ""),
    ):
        form = {"email": person.email, "password": "", "next": wanted}
        await browser.post("/sign-in/mail", data=form)
        token, code = await mailed(room, person)
        assert "next" not in await latest_mail(room, person.email)
        shown = {"token": token} if kept else {"code": code}
        done = await browser.post(PAGE, data=shown)
        assert done.headers["location"] == f"/sign-in/second-factor{kept}"


async def test_a_page_that_somebody_wrote_into_the_cookie_is_not_gone_to(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """It is looked at again when it is used."""
    person = await found_organization(room, visit())
    await ask(browser, person)
    token, _ = await mailed(room, person)
    forged = f"{browser.cookies['__Host-magic-link']}~//elsewhere.example"
    cookie = {"cookie": f"__Host-magic-link={forged}"}
    other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"}, **cookie)
    done = await other.post(PAGE, data={"token": token})
    assert done.headers["location"] == "/console"


async def test_another_device_is_told_to_type_the_code(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """It is offered nothing to press, and the code works where it was asked for."""
    person = await found_organization(room, visit())
    await ask(browser, person)
    token, code = await mailed(room, person)
    phone = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    page = await phone.get(PAGE, params={"token": token})
    assert "This device did not ask" in page.text
    assert "<button>Sign in" not in page.text
    wrong = await browser.post(PAGE, data={"code": "AAAA-AAAA"})
    assert (wrong.status_code, 'id="code-wrong"' in wrong.text) == (401, True)
    typed = code.lower().replace("-", " ")
    assert (await browser.post(PAGE, data={"code": typed})).status_code == 303


async def test_guessing_a_code_ends_it(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """After ten wrong ones the right one is refused too."""
    person = await found_organization(room, visit())
    await ask(browser, person)
    _, code = await mailed(room, person)
    for _ in range(10):
        wrong = await browser.post(PAGE, data={"code": "AAAA-AAAA"})
        assert wrong.status_code == 401
    assert (await browser.post(PAGE, data={"code": code})).status_code == 410


async def test_one_link_lives_and_a_new_password_ends_it(
    room: Strongroom, app: httpx.AsyncClient, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """A second link ends the first, and a changed password ends both."""
    person = await found_organization(room, app)
    other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    await ask(other, person)
    first, _ = await mailed(room, person)
    await ask(browser, person)
    second, _ = await mailed(room, person)
    assert (await other.post(PAGE, data={"token": first})).status_code == 410
    new = {"current": person.password, "new": "eleven loud trumpets on the hill"}
    assert (await app.put("/api/v1/password", json=new)).status_code == 204
    assert (await browser.post(PAGE, data={"token": second})).status_code == 410


async def test_the_second_factor_is_still_asked(
    room: Strongroom, app: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    """A link by mail is one factor: nobody is in before the code of the app."""
    person = (await holder(room, app)).person
    await ask(browser, person)
    token, _ = await mailed(room, person)
    done = await browser.post(PAGE, data={"token": token})
    assert done.headers["location"] == "/sign-in/second-factor"
    assert (await browser.get("/console")).status_code == 303
