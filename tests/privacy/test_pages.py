"""The page of one's own data, as a browser without a script uses it."""

import httpx

from strongroom.privacy import Work
from strongroom.room import Strongroom
from tests.people import found_organization

from .conftest import opened, token_of


PAGE = "/console/privacy"


async def test_the_page_says_what_is_kept_and_offers_what_to_do(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A newcomer reads what is kept, that nothing was asked yet, and what to do."""
    await found_organization(room, browser)
    page = (await browser.get(PAGE)).text
    for words in (
        "Signed-in devices",
        "30 days after its end",
        "asked for nothing yet",
    ):
        assert words in page
    assert "One-time links" not in page
    assert "Erase my account" in page


async def test_a_copy_is_asked_for_and_fetched(
    room: Strongroom, browser: httpx.AsyncClient, work: Work
) -> None:
    """The form, the mail, the page behind its link, and the archive."""
    person = await found_organization(room, browser)
    form = {"export_password": "wrong wrong wrong"}
    refused = await browser.post(f"{PAGE}/export", data=form)
    assert 'href="#export_password"' in refused.text
    form = {"export_password": person.password}
    sent = await browser.post(f"{PAGE}/export", data=form)
    assert sent.headers["location"] == f"{PAGE}?done=export"
    assert "being made" in (await browser.get(f"{PAGE}?done=export")).text
    await work.turn()
    token = await token_of(room, person.email)
    page = (await browser.get(f"{PAGE}/export", params={"token": token})).text
    assert "Fetch your data" in page
    archive = await browser.post(f"{PAGE}/download", data={"token": token})
    assert person.email in str(opened(archive.content))
    spent = await browser.post(f"{PAGE}/download", data={"token": token})
    assert spent.status_code == 410


async def test_an_erasure_is_asked_for_and_undone(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The page then shows when it begins, and one button keeps the account."""
    person = await found_organization(room, browser)
    form = {"confirmation": "no", "erase_password": person.password}
    refused = await browser.post(f"{PAGE}/erase", data=form)
    assert 'href="#confirmation"' in refused.text
    form["confirmation"] = person.email
    await browser.post(f"{PAGE}/erase", data=form)
    page = (await browser.get(PAGE)).text
    assert "Your account will be erased on" in page
    assert "Erase my account" not in page
    address = page.split('action="/console/privacy/requests/')[1].split('"')[0]
    await browser.post(f"{PAGE}/requests/{address}", data={})
    page = (await browser.get(PAGE)).text
    assert "Your account will be erased on" not in page
    assert "cancelled" in page


async def test_a_question_is_sent(room: Strongroom, browser: httpx.AsyncClient) -> None:
    """It stands among the requests with the day it is due."""
    await found_organization(room, browser)
    form = {"kind": "rectification", "words": "My name is spelt wrong."}
    await browser.post(f"{PAGE}/request", data=form)
    assert "Something about me is wrong" in (await browser.get(PAGE)).text
    refused = await browser.post(f"{PAGE}/request", data={**form, "kind": "erasure"})
    assert refused.status_code == 422
