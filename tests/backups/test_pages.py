"""How backups stand is shown to admins, and what they hold to nobody."""

import httpx

from strongroom.backups import new_run
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in

from .conftest import Desk


PATH = "/console/backups"


async def test_an_admin_sees_when_and_no_figures(
    room: Strongroom, browser: httpx.AsyncClient, desk: Desk
) -> None:
    """Before the first backup the page says what to do, and then when it was made."""
    await found_organization(room, browser)
    assert "backup key" in (await browser.get(PATH)).text
    await desk.work.take_up(new_run("backup"))
    drilled = await desk.work.take_up(new_run("drill"))
    page = await browser.get(PATH)
    assert "came back the same" in page.text
    assert str(drilled.archive) not in page.text
    assert "strongroom.accounts" not in page.text


async def test_a_viewer_is_refused(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """What only admins may see is offered to no viewer, and refused."""
    founder = visit()
    await found_organization(room, founder)
    assert (await founder.get(PATH)).status_code == 200
    await sign_in(browser, await join(room, await organization_of(founder), "viewer"))
    assert PATH not in (await browser.get("/console")).text
    assert (await browser.get(PATH)).status_code == 403
