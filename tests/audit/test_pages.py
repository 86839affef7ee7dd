"""The audit log for people."""

import re
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

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


async def test_the_timeline_counts_each_day_and_leads_to_it(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Thirty days stand there; today's bar says how much, and shows just that day."""
    await found_organization(room, browser)
    await browser.post("/console/password", data={"current": "x", "new": "x"})
    page = await browser.get("/console/audit")
    labels = re.findall(r"<title>([^<]+ done, [^<]+ refused)</title>", page.text)
    assert len(labels) == 30
    today = datetime.now(UTC).date()
    assert labels[-1] == f"{today:%-d %B}: 1 done, 1 refused"
    assert all(label.endswith(": 0 done, 0 refused") for label in labels[:-1])
    [address] = re.findall(r'<a href="([^"]+)" aria-label="[^"]+ done', page.text)
    assert unescape(address) == f"/console/audit?since={today}&until={today}"
    that_day = await browser.get(unescape(address))
    assert "wrong-password" in that_day.text
    past = {"since": "2020-01-01", "until": "2020-01-31"}
    assert "Nothing matches" in (await browser.get("/console/audit", params=past)).text


async def test_the_timeline_ends_at_the_organization(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """What another organization did is not counted."""
    await found_organization(room, visit())
    await found_organization(room, browser)
    page = await browser.get("/console/audit")
    assert re.findall(r": (\d+) done", page.text)[-1] == "1"


async def test_the_timeline_follows_the_filter(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """What the filter leaves out is not counted, and a bar keeps the filter."""
    await found_organization(room, browser)
    await browser.post("/console/password", data={"current": "x", "new": "x"})
    page = await browser.get("/console/audit", params={"outcome": "refused"})
    assert re.findall(r": (\d+ done, \d+ refused)<", page.text)[-1] == (
        "0 done, 1 refused"
    )
    assert re.search(r'href="/console/audit\?outcome=refused&amp;since=', page.text)


@pytest.mark.parametrize(
    "query",
    [
        {"since": "soon"},
        {"until": "9999-12-31"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"actor": "a\0b"},
    ],
)
async def test_a_filter_that_cannot_be_used_is_refused(
    room: Strongroom, browser: httpx.AsyncClient, query: dict[str, str]
) -> None:
    """A day that is none, or a period turned round, is said and never guessed."""
    await found_organization(room, browser)
    page = await browser.get("/console/audit", params=query)
    assert page.status_code == 422
    assert "Not yet: Audit" in page.text
    assert 'role="alert"' in page.text


async def test_a_filter_that_is_refused_is_still_there(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """What was typed is not lost, and is told what is wrong with it."""
    await found_organization(room, browser)
    query = {"since": "2026-02-01", "until": "2026-01-01", "actor": "canary"}
    page = await browser.get("/console/audit", params=query)
    assert "The period ends before it begins." in page.text
    for typed in query.values():
        assert f'value="{typed}"' in page.text
    assert "Keep this filter" not in page.text
    assert "no older entries" not in page.text


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
