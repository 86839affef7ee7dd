"""Log streams for people."""

import re

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in


PAGE = "/console/streams"
FORM = {
    "name": "SIEM",
    "target": "https://logs.invalid/a-secret-path",
    "form": "entries",
    "start": "beginning",
    "authority": "",
}


async def test_a_secret_is_shown_once(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """On the answer that made it, and on no page afterwards; nor is the path."""
    await found_organization(room, browser)
    made = await browser.post(PAGE, data=FORM)
    assert re.search(r"whsec_[\w+/]{43}=", made.text)
    page = (await browser.get(PAGE)).text
    assert "https://logs.invalid" in page
    assert "whsec_" not in page
    assert "a-secret-path" not in page


async def test_a_dead_stream_is_shown_and_tried_again_by_hand(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """Why, since when, and how much waits; pausing and going on keep the place."""
    await found_organization(room, browser)
    await browser.post(PAGE, data=FORM)
    await room.audit_tree.seal()
    await room.deliveries.turn()
    page = (await browser.get(PAGE)).text
    assert "logs.invalid has no address. Since" in page
    address = re.findall(r'action="(/console/streams/[^"]+)/resume"', page)[0]
    for verb, words in (("pause", "paused"), ("resume", "goes on")):
        answer = await browser.post(f"{address}/{verb}")
        assert words in (await browser.get(answer.headers["location"])).text
    tried = await browser.post(f"{address}/test")
    assert "The test message was not taken: logs.invalid has no address." in tried.text
    assert "whsec_" in (await browser.post(f"{address}/secret")).text
    gone = await browser.post(f"{address}/delete")
    assert "not sent anywhere yet" in (await browser.get(gone.headers["location"])).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("target", "http://logs.example", "That is no address to send to."),
        ("target", "https://127.0.0.1/", "an address that is not public"),
        ("name", "", "visible characters"),
        ("authority", "no certificate", "Paste a certificate"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    room: Strongroom, browser: httpx.AsyncClient, field: str, value: str, words: str
) -> None:
    """The form comes back as it was filled in."""
    await found_organization(room, browser)
    page = await browser.post(PAGE, data={**FORM, field: value})
    assert page.status_code == 422
    assert words in page.text
    assert f'id="{field}-wrong"' in page.text


async def test_an_auditor_sees_and_a_member_does_not(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """The auditor's page has no button; the member's way is refused."""
    await found_organization(room, browser)
    await browser.post(PAGE, data=FORM)
    for role, status in (("auditor", 200), ("member", 403)):
        other = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
        person = await join(room, await organization_of(browser), role)  # type: ignore[arg-type]
        await sign_in(other, person)
        page = await other.get(PAGE)
        assert page.status_code == status
        assert "Make the stream" not in page.text
        assert "/pause" not in page.text
