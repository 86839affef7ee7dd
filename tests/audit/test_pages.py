"""The audit log for people."""

import re
from html import unescape

import httpx

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in


def link(page: httpx.Response, words: str) -> str | None:
    """Return where the link called *words* leads, or None."""
    found = re.search(rf'href="([^"]+)"[^>]*>{words}</a>', page.text)
    return unescape(found[1]) if found else None


async def test_the_page_shows_what_was_done_and_refused(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A refusal stands there with its reason."""
    person = await found_organization(room, browser)
    form = {"current": "wrong", "new": "wrong"}
    await browser.post("/console/password", data=form)
    page = await browser.get("/console/audit")
    assert "account.verify" in page.text
    assert "wrong-password" in page.text
    assert person.email in page.text
    assert link(page, "Older") is None


async def test_the_filter_is_kept_while_paging(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Older and newer pages show what was asked for, and nothing twice."""
    await found_organization(room, browser)
    address = f"/api/v1/organizations/{await organization_of(browser)}"
    for number in range(51):
        await browser.patch(address, json={"name": f"Name {number}"})
    query = {"action": "organization.rename", "outcome": ""}
    first = await browser.get("/console/audit", params=query)
    assert "<option selected>organization.rename</option>" in first.text
    assert first.text.count('scope="row"') == 50
    older = link(first, "Older") or ""
    assert "action=organization.rename" in older
    second = await browser.get(older)
    assert second.text.count('scope="row"') == 1
    assert link(second, "Older") is None
    assert link(second, "Newest") == "/console/audit?action=organization.rename"


async def test_nothing_found_says_so(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """An empty answer offers the way back to everything."""
    await found_organization(room, browser)
    page = await browser.get("/console/audit", params={"action": "<script>"})
    assert "Nothing matches this filter." in page.text
    assert "<script>" not in page.text.replace("<script nonce", "")


async def test_a_forged_cursor_is_refused(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """What is no cursor of ours is not guessed at."""
    await found_organization(room, browser)
    page = await browser.get("/console/audit", params={"cursor": "x"})
    assert page.status_code == 422
    assert "That is no cursor of ours." in page.text


async def test_a_viewer_is_refused(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The page is for admins; others are told so, not sent to sign in."""
    founder = visit()
    await found_organization(room, founder)
    await sign_in(browser, await join(room, await organization_of(founder), "viewer"))
    page = await browser.get("/console/audit")
    assert page.status_code == 403
    assert "Your role does not allow this." in page.text
