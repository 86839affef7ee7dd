"""The page *Integrations*: connect, test, see, replace, delete and undo."""

import re

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import PASSWORD, found_organization, join, organization_of, sign_in


PAGE = "/console/integrations"
SECRET = "sk-a-long-key-of-somebody"


async def connected(browser: httpx.AsyncClient, **more: str) -> str:
    """Connect a provider and return the address of its page."""
    form = {"kind": "openai", "name": "Ours", "api_key": SECRET} | more
    answer = await browser.post(PAGE, data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_a_service_is_connected_changed_and_brought_back(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Each step says what was done, and no page holds the secret."""
    await found_organization(room, browser)
    assert "Nothing is connected yet." in (await browser.get(PAGE)).text
    assert "API key" in (await browser.get(f"{PAGE}/new?kind=openai")).text
    one = await connected(browser)
    steps = {
        "change": {"name": "Theirs", "api_key": ""},
        "rotate": {"api_key": "sk-quite-another-key-xyz"},
        "delete": {},
        "restore": {},
    }
    for step, form in steps.items():
        answer = await browser.post(f"{one}/{step}", data=form)
        assert answer.status_code == 303, step
        page = await browser.get(answer.headers["location"])
        assert 'role="status"' in page.text, step
        assert not re.search(f"{SECRET}|sk-quite", page.text), step
    assert "…-xyz" in (await browser.get(one)).text
    assert "Theirs" in (await browser.get(PAGE)).text


async def test_a_refused_form_comes_back_without_the_secret(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """What was typed stays, but for the secret; the reason stands beside its field."""
    await found_organization(room, browser)
    form = {
        "kind": "http-bearer",
        "name": "Our CRM",
        "base_url": "https://evil.example",
        "check_path": "/",
        "token": SECRET,
    }
    answer = await browser.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "is not on the list of hosts" in answer.text
    assert "Our CRM" in answer.text
    assert SECRET not in answer.text
    short = await browser.post(PAGE, data=form | {"token": "x"})
    assert 'href="#token"' in short.text


async def test_a_secret_is_shown_to_whoever_knows_their_password(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Once, in the answer itself; an AI key is never offered."""
    await found_organization(room, browser)
    ai = await connected(browser)
    assert "Show it" not in (await browser.get(ai)).text
    form = {
        "kind": "http-bearer",
        "name": "CRM",
        "base_url": "https://api.openai.com",
        "check_path": "/",
        "token": SECRET,
    }
    made = await browser.post(PAGE, data=form)
    one = made.headers["location"].partition("?")[0]
    wrong = await browser.post(f"{one}/reveal", data={"your_password": "x"})
    assert wrong.status_code == 401
    assert SECRET not in wrong.text
    right = await browser.post(f"{one}/reveal", data={"your_password": PASSWORD})
    assert SECRET in right.text
    assert right.headers["cache-control"] == "no-store"
    assert SECRET not in (await browser.get(one)).text


async def test_a_viewer_reads_the_list_and_is_offered_nothing(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """No form of what the role may not do is on either page."""
    await found_organization(room, browser)
    one = await connected(browser)
    viewer = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    await sign_in(viewer, await join(room, await organization_of(browser), "viewer"))
    for path in (PAGE, one):
        page = (await viewer.get(path)).text
        assert "Ours" in page
        assert re.findall(r'action="(/console/integrations[^"]*)"', page) == []
