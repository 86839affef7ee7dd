"""Whoever knows an identifier reaches the object behind it.

An object's id is looked up without asking whose it is (CVE-2026-40264). Here every
route, page or program's, answers for another organization's object as for none.
"""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from strongroom.room import Strongroom
from tests.attacks.evidence import done, rows
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import (
    PASSWORD,
    found_organization,
    join,
    organization_of,
    sign_in,
)


Answer = tuple[int, str, str]


@pytest.fixture
async def theirs(room: Strongroom, visit: Visit) -> list[str]:
    """Return identifiers of another organization's objects, of every kind there is."""
    owner, viewer = visit(), visit()
    await found_organization(room, owner, "Their Works")
    await sign_in(viewer, await join(room, await organization_of(owner), "viewer"))
    found = []
    for client in (owner, viewer):
        caller = (await client.get("/api/v1/session")).json()
        found += [caller["session_id"], caller["account_id"], caller["organization_id"]]
    key = {"kind": "openai", "name": "Theirs", "secret": "a key of theirs"}
    kept = await owner.post("/api/v1/integrations", json=key | {"fields": {}})
    found.append(kept.json()["id"])
    entries = (await owner.get("/api/v1/audit-logs")).json()["entries"]
    found += [entry["id"] for entry in entries[:3]]
    stream = {"name": "Theirs", "target": "https://logs.invalid/"}
    view = {"name": "Theirs", "outcome": "refused"}
    for path, wanted in (("log-streams", stream), ("audit-views", view)):
        found.append((await owner.post(f"/api/v1/{path}", json=wanted)).json()["id"])
    return sorted(set(found))


async def answer_to(
    client: httpx.AsyncClient, route: Route, identifier: str, body: object
) -> Answer:
    """Return status, place and text of an answer, less what is unique to it."""
    form = route.writes and not route.is_api
    answer = await client.request(
        route.method,
        route.address(identifier),
        json=None if form or not route.writes else body,
        data=FORMS.get(route.path.rpartition("/")[2]) if form else None,
    )
    unique = answer.headers.get("x-request-id", "")
    text = answer.text.replace(unique, "").replace(identifier, "")
    return answer.status_code, answer.headers.get("location", ""), without_nonce(text)


def without_nonce(text: str) -> str:
    """Return a page without the values that each answer makes anew."""
    parts = text.split('nonce="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


FORMS = {"role": {"role": "viewer"}, "rename": {"name": "Mine now"}}
"""What a page's form sends, by the last word of its address."""

INTEGRATION = "/api/v1/integrations/{integration_id:uuid}"
BODIES: dict[str, dict[str, Any]] = {
    f"PATCH {INTEGRATION}": {"name": "Mine now", "fields": {}},
    f"POST {INTEGRATION}/reveal": {"password": PASSWORD},
    f"POST {INTEGRATION}/rotate": {"secret": "a secret of ours"},
    f"POST {INTEGRATION}/use": {"verb": "http.request", "arguments": {}},
    "PATCH /api/v1/organizations/{organization_id:uuid}": {"name": "Mine now"},
    "PATCH /api/v1/members/{account_id:uuid}": {"role": "viewer"},
    "PATCH /api/v1/log-streams/{stream_id:uuid}": {"paused": True},
    "PATCH /api/v1/passkeys/{passkey_id:uuid}": {"name": "Mine now"},
}


async def test_no_route_tells_a_foreign_object_from_none(
    room: Strongroom, visit: Visit, routes: list[Route], theirs: list[str]
) -> None:
    """The same status and text as for an id that nobody has, and nothing changes."""
    ours = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    await found_organization(room, ours, "Our Works")
    before, changes = await rows(room), await done(room)
    asked = [each for each in routes if each.takes_identifier and ":uuid" in each.path]
    assert len(asked) >= 6
    for route in asked:
        body = BODIES.get(str(route))
        nothing = await answer_to(ours, route, str(uuid4()), body)
        assert nothing[0] == 404, f"{route}: {nothing[0]}"
        for identifier in theirs:
            answer = await answer_to(ours, route, identifier, body)
            assert answer == nothing, f"{route} tells {identifier}"
    assert await rows(room) == before
    assert await done(room) == changes


async def test_the_same_requests_work_at_home(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """For one's own objects they succeed, so the refusals above mean something."""
    await found_organization(room, app)
    organization = await organization_of(app)
    member = await join(room, organization, "member")
    members = (await app.get("/api/v1/members")).json()
    account = {each["email"]: each["account_id"] for each in members}[member.email]
    for method, path, body in (
        ("GET", f"/api/v1/organizations/{organization}", None),
        ("PATCH", f"/api/v1/organizations/{organization}", {"name": "Mine now"}),
        ("PATCH", f"/api/v1/members/{account}", {"role": "viewer"}),
        ("DELETE", f"/api/v1/members/{account}", None),
    ):
        assert (await app.request(method, path, json=body)).is_success, path


async def test_a_foreign_cursor_shows_nothing_foreign(
    room: Strongroom, app: httpx.AsyncClient, theirs: list[str]
) -> None:
    """A place in another's log is no place in ours: only our entries follow it."""
    await found_organization(room, app)
    own = {
        entry["id"] for entry in (await app.get("/api/v1/audit-logs")).json()["entries"]
    }
    assert own
    for identifier in theirs:
        answer = await app.get("/api/v1/audit-logs", params={"cursor": identifier})
        assert {entry["id"] for entry in answer.json()["entries"]} <= own
