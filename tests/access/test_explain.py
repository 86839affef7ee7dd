"""Why somebody may do something, and who may: as the gate decides."""

import httpx
import pytest

from strongroom.access import EVERYONE, GRANTS, SERVICES, explain, require_action
from strongroom.access.policy import OF_ITSELF
from strongroom.kernel import Forbidden
from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in


EXPLAIN, WHO_CAN = "/api/v1/access/explain", "/api/v1/access/who-can"


@pytest.mark.parametrize("role", ["owner", "admin", "auditor", "member", "viewer"])
def test_what_is_explained_is_what_the_gate_does(role: str) -> None:
    """For every action: allowed where the gate passes, and only there."""
    verdicts = set()
    for action in GRANTS:
        told = explain(action, role)
        try:
            require_action(action, role, signed_in=True, fresh=True)
        except Forbidden:
            assert not told.allowed
            assert role not in told.roles
            assert role in told.why
            assert role != "owner" or GRANTS[action] is SERVICES
        else:
            assert told.allowed
            assert role in told.roles
        verdicts.add(told.allowed)
    assert verdicts == {True, False}


def test_what_is_open_at_the_gate_says_how_it_is_proved() -> None:
    """No role counts where an operator's hand-over does; a page is for everybody."""
    told = explain("impersonation.begin", "viewer").why
    assert told.startswith("The route asks for no role: it proves the caller by an op")
    assert explain("page.read", "viewer").why == "Everybody may, signed in or not."
    assert {GRANTS[action] for action in OF_ITSELF} == {EVERYONE}


async def test_a_program_asks_why_and_who(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """An admin learns it of every member; a viewer may not ask, nor may a stranger."""
    boss = await found_organization(room, app)
    where = await organization_of(app)
    viewer_at, admin_at, other = visit(), visit(), visit()
    viewer, admin = await join(room, where, "viewer"), await join(room, where, "admin")
    await sign_in(viewer_at, viewer)
    await sign_in(admin_at, admin)
    await found_organization(room, other)
    account = (await viewer_at.get("/api/v1/session")).json()["account_id"]
    asked = {"action": "integration.delete", "account_id": account}
    told = (await admin_at.get(EXPLAIN, params=asked)).json()
    assert (told["allowed"], told["role"]) == (False, "viewer")
    assert told["why"] == "It takes the role owner or admin, and this is viewer."
    own = (await admin_at.get(EXPLAIN, params={"action": "integration.reveal"})).json()
    assert (own["allowed"], own["asks_factor"], own["by_key"]) == (True, True, False)
    able = (await admin_at.get(WHO_CAN, params={"action": "integration.delete"})).json()
    assert {each["email"] for each in able} == {boss.email, admin.email}
    assert (await viewer_at.get(EXPLAIN, params=asked)).status_code == 403
    assert (await other.get(EXPLAIN, params=asked)).status_code == 404
    of_services = {"action": "service.introspect"}
    told = (await admin_at.get(EXPLAIN, params=of_services)).json()
    assert (told["allowed"], told["roles"]) == (False, [])
    assert told["why"].startswith("It takes the signature of a service")
    assert (await admin_at.get(WHO_CAN, params=of_services)).json() == []
    unknown = await admin_at.get(EXPLAIN, params={"action": "no.such"})
    assert unknown.json()["type"] == "/problems/no-such-action"


async def test_the_page_explains(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """It shows verdict, reason, who may, and the whole plan."""
    boss = await found_organization(room, browser)
    member = await join(room, await organization_of(browser), "member")
    theirs = visit()
    await sign_in(theirs, member)
    account = (await theirs.get("/api/v1/session")).json()["account_id"]
    asked = {"action": "member.remove", "account": account}
    page = (await browser.get("/console/access", params=asked)).text
    assert "may not" in page
    assert "It takes the role owner, and this is member." in page
    assert "services alone" in page
    assert page.count(boss.email) >= 2
    for wrong in ({"action": "no.such"}, asked | {"account": "nobody"}):
        answer = await browser.get("/console/access", params=wrong)
        assert "There is no such member, or no such action." in answer.text
