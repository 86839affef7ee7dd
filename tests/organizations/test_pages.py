"""Members and their roles for people."""

from uuid import uuid4

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, join, organization_of, sign_in
from tests.records import recorded


async def account_of(room: Strongroom, person: Person) -> str:
    """Return the identifier of *person*'s account."""
    account = await room.accounts.find(person.email)
    return str(account.id) if account else "nobody"


async def test_an_owner_sees_and_changes_members(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """A new role is saved, said, and on record."""
    await found_organization(room, browser)
    member = await join(room, await organization_of(browser), "member")
    page = await browser.get("/console/members")
    assert member.email in page.text
    address = f"/console/members/{await account_of(room, member)}/role"
    assert f'action="{address}"' in page.text
    answer = await browser.post(address, data={"role": "admin"})
    assert answer.status_code == 303
    assert await recorded(room, answer) == [("member.change-role", "done", None)]
    after = await browser.get(answer.headers["location"])
    assert "The role is changed." in after.text
    assert "<option selected>admin</option>" in after.text


async def test_a_removed_member_is_out_at_once(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Its session ends with the membership."""
    await found_organization(room, browser)
    member = await join(room, await organization_of(browser), "admin")
    theirs = visit()
    await sign_in(theirs, member)
    address = f"/console/members/{await account_of(room, member)}/remove"
    answer = await browser.post(address)
    assert await recorded(room, answer) == [("member.remove", "done", None)]
    after = await browser.get(answer.headers["location"])
    assert "That member is removed and signed out." in after.text
    assert member.email not in after.text
    assert (await theirs.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
async def test_only_owners_are_offered_changes(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit, role: str
) -> None:
    """The others see who belongs here; trying all the same is refused, on record."""
    founder = visit()
    owner = await found_organization(room, founder)
    organization_id = await organization_of(founder)
    await sign_in(browser, await join(room, organization_id, role))  # type: ignore[arg-type]
    page = await browser.get("/console/members")
    assert owner.email in page.text
    address = f"/console/members/{await account_of(room, owner)}"
    assert address not in page.text
    for path, form in (("role", {"role": "viewer"}), ("remove", {})):
        answer = await browser.post(f"{address}/{path}", data=form)
        assert answer.status_code == 403
        assert "Your role does not allow this." in answer.text
        [(_, outcome, reason)] = await recorded(room, answer)
        assert (outcome, reason) == ("refused", "forbidden")


async def test_an_organization_keeps_an_owner(
    room: Strongroom, browser: httpx.AsyncClient
) -> None:
    """The last owner stays; the members' page says why, and one entry is written."""
    owner = await found_organization(room, browser)
    address = f"/console/members/{await account_of(room, owner)}"
    demoted = await browser.post(f"{address}/role", data={"role": "viewer"})
    removed = await browser.post(f"{address}/remove")
    for answer, action in ((demoted, "change-role"), (removed, "remove")):
        assert answer.status_code == 409
        assert "An organization keeps one owner." in answer.text
        assert owner.email in answer.text
        assert await recorded(room, answer) == [
            (f"member.{action}", "refused", "last-owner")
        ]


async def test_strangers_and_strange_roles_are_refused(
    room: Strongroom, browser: httpx.AsyncClient, visit: Visit
) -> None:
    """Another organization's member looks like none; a role must be one of ours."""
    await found_organization(room, browser)
    member = await join(room, await organization_of(browser), "member")
    stranger = await found_organization(room, visit())
    for account in (await account_of(room, stranger), uuid4()):
        address = f"/console/members/{account}/role"
        answer = await browser.post(address, data={"role": "viewer"})
        assert answer.status_code == 404
        assert stranger.email not in answer.text
    address = f"/console/members/{await account_of(room, member)}/role"
    for role in ("", "root", "Owner"):
        answer = await browser.post(address, data={"role": role})
        assert answer.status_code == 422
        assert "There is no such role here." in answer.text


async def test_a_notice_is_ours(room: Strongroom, browser: httpx.AsyncClient) -> None:
    """A link cannot put words on the page."""
    await found_organization(room, browser)
    page = await browser.get("/console/members", params={"done": "You owe us"})
    assert page.status_code == 200
    assert "You owe us" not in page.text
