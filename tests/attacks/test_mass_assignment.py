"""A field that nobody offered is written because it was sent.

A client adds "verified", "role" or another owner's id to a body, and the server
stores it (CVE-2026-27946, CVE-2026-49448). Here a body that holds anything unasked
is refused whole, on every write route, generated from the routes themselves.
"""

from typing import Any

import httpx
import pytest

from strongroom.access import SERVICES, who_can
from strongroom.lab.operations import Operation, example_of
from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of


PROTECTED: dict[str, Any] = {
    "id": "00000000-0000-7000-8000-000000000001",
    "account_id": "00000000-0000-7000-8000-000000000001",
    "organization_id": "00000000-0000-7000-8000-000000000001",
    "owner_id": "00000000-0000-7000-8000-000000000001",
    "session_id": "00000000-0000-7000-8000-000000000001",
    "role": "owner",
    "roles": ["owner"],
    "admin": True,
    "is_admin": True,
    "verified": True,
    "email_verified": True,
    "disabled_at": None,
    "created_at": "2020-01-01T00:00:00Z",
    "expires_at": "2099-01-01T00:00:00Z",
    "idle": "365d",
    "class": "admin",
    "verifier": "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
    "digest": "00" * 32,
    "actor": "house",
    "outcome": "done",
    "__proto__": {"admin": True},
    "constructor": {"prototype": {"admin": True}},
}
"""What only the house decides, under every name that it could be sent by."""


@pytest.fixture
async def owner(room: Strongroom, app: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return somebody who owns an organization with a member in it."""
    await found_organization(room, app)
    await join(room, await organization_of(app), "viewer")
    return app


async def objects_of(owner: httpx.AsyncClient) -> list[str]:
    """Return every object that the owner may name in a path."""
    caller = (await owner.get("/api/v1/session")).json()
    members = (await owner.get("/api/v1/members")).json()
    return [
        caller["organization_id"],
        caller["session_id"],
        *(member["account_id"] for member in members),
    ]


async def test_no_body_takes_a_protected_field(
    room: Strongroom, owner: httpx.AsyncClient, operations: list[Operation]
) -> None:
    """A body that is right in all but one field too many changes nothing at all."""
    bodies = [each for each in operations if each.writes and each.schema]
    # Nobody's session reaches a service's route, whatever the body.
    bodies = [each for each in bodies if who_can(each.action or "") is not SERVICES]
    assert len(bodies) >= 5
    objects = await objects_of(owner)
    before = await rows(room)
    for operation in bodies:
        asked = set(operation.schema.get("properties", {}))
        for field, value in PROTECTED.items():
            if field in asked:
                continue
            body = {**example_of(operation.schema), field: value}
            for identifier in objects if operation.takes_identifier else [None]:
                answer = await owner.request(
                    operation.method.upper(), operation.address(identifier), json=body
                )
                told = f"{operation.name} with {field}: {answer.status_code}"
                assert answer.status_code in {404, 422}, told
    assert await rows(room) == before


async def test_a_body_without_it_is_taken(owner: httpx.AsyncClient) -> None:
    """The same request without the extra field works, so the refusal means it."""
    address = f"/api/v1/organizations/{await organization_of(owner)}"
    refused = await owner.patch(address, json={"name": "New", "role": "owner"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")
    taken = await owner.patch(address, json={"name": "New"})
    assert (taken.status_code, taken.json()["name"]) == (200, "New")


async def test_no_form_takes_a_protected_field(
    room: Strongroom, visit: Visit, owner: httpx.AsyncClient, routes: list[Route]
) -> None:
    """Nor do the forms for people."""
    forms = [
        route
        for route in routes
        if route.method == "POST" and not route.is_api and "csp" not in route.path
    ]
    assert len(forms) >= 5
    objects = await objects_of(owner)
    person = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    person.cookies = owner.cookies
    before = await rows(room)
    for route in forms:
        for field in PROTECTED:
            if route.path.endswith("/role") and field == "role":
                continue
            for identifier in objects if route.takes_identifier else [None]:
                answer = await person.post(
                    route.address(identifier), data={field: "owner"}
                )
                told = f"{route} with {field}: {answer.status_code}"
                assert answer.status_code in {404, 422}, told
    assert await rows(room) == before
    assert (await person.get("/api/v1/session")).status_code == 200


async def test_a_field_twice_is_refused(room: Strongroom, visit: Visit) -> None:
    """Of two values, one reader could check the first and another use the second."""
    before = await rows(room)
    person = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    answer = await person.post(
        "/sign-in",
        content=b"email=a%40example.invalid&email=b%40example.invalid&password=x",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 422
    assert await rows(room) == before
