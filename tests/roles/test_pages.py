"""Roles for people: define one, change it, see why not, delete it."""

import httpx
import pytest

from strongroom.access import GRANTABLE
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in


ADDRESS = "/console/roles"


@pytest.fixture
async def page(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> httpx.AsyncClient:
    """Return the browser of somebody who owns an organization."""
    await found_organization(room, app)
    browser = visit(accept="text/html")
    browser.cookies = app.cookies
    return browser


async def test_a_role_is_defined_changed_and_deleted(page: httpx.AsyncClient) -> None:
    """Each step says what was done; the form shows what the role holds."""
    form = {"name": "clerk", "description": "Reads the log.", "audit.read": "1"}
    made = await page.post(f"{ADDRESS}/new", data=form)
    assert made.headers["location"] == f"{ADDRESS}?done=created"
    shown = (await page.get(made.headers["location"])).text
    assert "The role is defined." in shown
    assert "audit.read" in shown
    one = (await page.get(f"{ADDRESS}/clerk")).text
    assert one.count(" checked") == 1
    changed = await page.post(f"{ADDRESS}/clerk", data={"alarm.read": "1"})
    assert changed.headers["location"] == f"{ADDRESS}?done=changed"
    one = (await page.get(f"{ADDRESS}/clerk")).text
    assert one.count(" checked") == 1
    assert one.count('type="checkbox"') == len(GRANTABLE)
    gone = await page.post(f"{ADDRESS}/clerk/delete")
    assert gone.headers["location"] == f"{ADDRESS}?done=deleted"
    assert (await page.get(f"{ADDRESS}/clerk")).status_code == 404


async def test_what_was_typed_stays_when_it_is_refused(page: httpx.AsyncClient) -> None:
    """Beside the field that is wrong stands why."""
    form = {"name": "Clerk", "description": "Reads the log.", "audit.read": "1"}
    refused = await page.post(f"{ADDRESS}/new", data=form)
    assert refused.status_code == 422
    assert "small letters" in refused.text
    assert 'value="Reads the log."' in refused.text
    assert refused.text.count(" checked") == 1


async def test_whoever_may_only_read_sees_no_form(
    room: Strongroom, page: httpx.AsyncClient, visit: Visit
) -> None:
    """An auditor sees what a role holds, and who defines roles."""
    form = {"name": "clerk", "description": "", "audit.read": "1"}
    await page.post(f"{ADDRESS}/new", data=form)
    auditor = await join(room, await organization_of(page), "auditor")
    theirs = visit(accept="text/html")
    await sign_in(theirs, auditor)
    for path in (f"{ADDRESS}/new", f"{ADDRESS}/clerk", ADDRESS):
        shown = await theirs.get(path)
        assert shown.is_success
        assert f'action="{ADDRESS}' not in shown.text
    assert "It holds audit.read." in (await theirs.get(f"{ADDRESS}/clerk")).text


async def test_members_are_offered_the_role(page: httpx.AsyncClient) -> None:
    """Beside the built-in ones, where the owner chooses."""
    await page.post(
        f"{ADDRESS}/new", data={"name": "clerk", "description": "", "audit.read": "1"}
    )
    shown = (await page.get(ADDRESS)).text
    assert shown.index("viewer") < shown.index("clerk")
