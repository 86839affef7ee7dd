"""Whoever names a victim in the request becomes the victim.

A server reads whom a request speaks for from its body, its query or a header, when
nobody is signed in (CVE-2025-61928). Here only the session says who speaks.
"""

from uuid import UUID

import httpx

from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization, organization_of


async def claims_to_be(app: httpx.AsyncClient) -> dict[str, str]:
    """Return every name under which a request could say that it is *app*'s person."""
    caller = (await app.get("/api/v1/session")).json()
    account, session = caller["account_id"], caller["session_id"]
    organization = caller["organization_id"]
    return {
        **dict.fromkeys(("account_id", "accountId", "user_id", "userId"), account),
        **dict.fromkeys(("id", "sub", "actor_id", "caller"), account),
        **dict.fromkeys(("session_id", "sessionId", "sid"), session),
        **dict.fromkeys(("organization_id", "organizationId", "tenant"), organization),
        "email": caller["email"],
        "role": "owner",
    }


def headers_of(names: dict[str, str]) -> dict[str, str]:
    """Return the headers in which proxies and gateways name a caller."""
    return {
        "x-user-id": names["account_id"],
        "x-account-id": names["account_id"],
        "x-organization-id": names["organization_id"],
        "x-remote-user": names["email"],
        "remote-user": names["email"],
        "x-forwarded-user": names["email"],
        "authorization": f"Bearer {names['session_id']}",
    }


async def test_nobody_becomes_somebody_by_saying_so(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """Each closed route, asked in the victim's name, refuses and changes nothing."""
    await found_organization(room, app)
    names = await claims_to_be(app)
    before = await rows(room)
    closed = [route for route in routes if not route.open_to_all and route.action]
    assert any(route.writes for route in closed)
    for route in closed:
        answer = await visit(**headers_of(names)).request(
            route.method,
            route.address(names["account_id"]),
            params=names,
            json=names if route.writes else None,
        )
        expected = {401} if route.is_api else {401, 303}
        assert answer.status_code in expected, f"{route}: {answer.status_code}"
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in")
    assert await rows(room) == before


async def test_somebody_does_not_become_another(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A signed-in stranger who names the victim everywhere is still the stranger.

    A bearer beside a cookie would be two callers at once, another organization's
    header a call to it, and nobody asks for parameters of that kind: all are refused.
    """
    await found_organization(room, app)
    names = await claims_to_be(app)
    headers = headers_of(names)
    refused = {
        name: {name: headers.pop(name)}
        for name in ("authorization", "x-organization-id")
    }
    stranger = visit(**headers)
    person = await found_organization(room, stranger, "Stranger Works")
    codes = {
        name: (await stranger.get("/api/v1/session", headers=each)).json()["type"]
        for name, each in refused.items()
    }
    assert codes == {
        "authorization": "/problems/ambiguous-session",
        "x-organization-id": "/problems/organization-mismatch",
    }
    for path in ("session", "organizations", "members"):
        told = await stranger.get(f"/api/v1/{path}", params=names)
        assert told.status_code == 422
        assert set(told.json()["fields"]) == set(names)
    seen = (await stranger.get("/api/v1/session")).json()
    assert seen["email"] == person.email
    assert await organization_of(stranger) != UUID(names["organization_id"])
    mine = (await stranger.get("/api/v1/organizations")).json()
    assert [each["name"] for each in mine] == ["Stranger Works"]
    members = (await stranger.get("/api/v1/members")).json()
    assert [each["email"] for each in members] == [person.email]


async def test_a_session_id_is_no_session(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """What lists and logs show of a session opens nothing; only its token does."""
    await found_organization(room, app)
    session_id = (await app.get("/api/v1/session")).json()["session_id"]
    stranger = visit(cookie=f"__Host-session={session_id}")
    assert (await stranger.get("/api/v1/session")).status_code == 401
    digests = await room.db.system(reason="play a thief of the table").fetch(
        "select encode(digest, 'hex') as digest from strongroom.sessions"
    )
    for row in digests:
        thief = visit(cookie=f"__Host-session={row['digest']}")
        assert (await thief.get("/api/v1/session")).status_code == 401
