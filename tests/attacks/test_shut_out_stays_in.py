"""Whoever was shut out is still inside.

An account is disabled, a member removed, a role taken away, and the open session
goes on as before (CVE-2025-53942). Here every request looks up all three, so the
next one already knows.
"""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import Person, found_organization, join, organization_of, sign_in


READS = ("/api/v1/session", "/api/v1/sessions", "/api/v1/members", "/console")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in on two devices."""

    person: Person
    account_id: UUID
    devices: tuple[httpx.AsyncClient, httpx.AsyncClient]

    async def is_out(self) -> bool:
        """Say whether no device gets any answer but that nobody is signed in."""
        codes = {
            (await device.get(path)).status_code
            for device in self.devices
            for path in READS
        }
        return codes <= {401, 303}

    async def is_in(self) -> bool:
        """Say whether each device gets every answer."""
        codes = {
            (await device.get(path)).status_code
            for device in self.devices
            for path in READS
        }
        return codes == {200}


@pytest.fixture
async def owner(room: Strongroom, app: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return somebody who owns an organization."""
    await found_organization(room, app)
    return app


@pytest.fixture
async def admin(room: Strongroom, visit: Visit, owner: httpx.AsyncClient) -> Visitor:
    """Return an administrator of it, signed in on two devices."""
    person = await join(room, await organization_of(owner), "admin")
    devices = (visit(), visit())
    for device in devices:
        await sign_in(device, person)
    account = UUID((await devices[0].get("/api/v1/session")).json()["account_id"])
    return Visitor(person, account, devices)


async def cannot_sign_in(visit: Visit, person: Person) -> bool:
    """Say whether the right password no longer opens anything."""
    credentials = {"email": person.email, "password": person.password}
    answer = await visit().post("/api/v1/sessions", json=credentials)
    return answer.is_client_error and "set-cookie" not in answer.headers


async def test_a_disabled_account_is_out_at_once(
    room: Strongroom, visit: Visit, admin: Visitor
) -> None:
    """On every device and every route, and the right password does not help."""
    assert await admin.is_in()
    async with room.db.system(reason="disable an account in a test") as tx:
        await room.accounts.disable(tx, admin.account_id)
    assert await admin.is_out()
    assert await cannot_sign_in(visit, admin.person)


async def test_a_removed_member_is_out_at_once(
    visit: Visit, owner: httpx.AsyncClient, admin: Visitor
) -> None:
    """Its sessions end with the membership, and it can read nothing of it again."""
    assert await admin.is_in()
    address = f"/api/v1/members/{admin.account_id}"
    assert (await owner.delete(address)).status_code == 204
    assert await admin.is_out()
    assert await cannot_sign_in(visit, admin.person)


async def test_a_lowered_role_counts_at_once(
    owner: httpx.AsyncClient, admin: Visitor
) -> None:
    """What an administrator could do, a viewer cannot, in the very same session."""
    device, _ = admin.devices
    organization = f"/api/v1/organizations/{await organization_of(owner)}"
    assert (await device.get("/api/v1/audit-logs")).status_code == 200
    assert (await device.patch(organization, json={"name": "A"})).status_code == 200
    address = f"/api/v1/members/{admin.account_id}"
    assert (await owner.patch(address, json={"role": "viewer"})).status_code == 204
    assert (await device.get("/api/v1/audit-logs")).status_code == 403
    assert (await device.patch(organization, json={"name": "B"})).status_code == 403
    assert (await device.get("/api/v1/session")).json()["role"] == "viewer"


async def test_a_deleted_account_is_out_at_once(
    room: Strongroom, visit: Visit, admin: Visitor
) -> None:
    """Nothing of it is left to speak for."""
    assert await admin.is_in()
    async with room.db.system(reason="delete an account in a test") as tx:
        await tx.execute(
            "delete from strongroom.accounts where id = $1", admin.account_id
        )
    assert await admin.is_out()
    assert await cannot_sign_in(visit, admin.person)
