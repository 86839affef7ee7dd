"""Each way in which somebody with a role of their organization's own may ask."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.access import actions_of
from strongroom.kernel import Caller, new_id, utc_now
from strongroom.room import Strongroom
from strongroom.server.forward_auth import identity_headers
from strongroom.server.hot import require_reader
from strongroom.services import sign_call
from strongroom.sessions import COOKIE
from tests.attacks.test_forms_for_operators import act_as
from tests.conftest import PUBLIC_URL, Visit
from tests.people import found_organization, join, organization_of, sign_in


ROLES, LOG, KEYS = "/api/v1/roles", "/api/v1/audit-logs", "/api/v1/keys"
INTROSPECT = "/api/v1/service/sessions/introspect"
HELD = ["api-key.create", "api-key.read", "audit.read"]
LESS = {"actions": ["api-key.read"]}

Asks = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def owner(room: Strongroom, app: httpx.AsyncClient) -> httpx.AsyncClient:
    """Lend the owner of an organization that defined a role."""
    await found_organization(room, app)
    made = await app.post(ROLES, json={"name": "clerk", "actions": HELD})
    made.raise_for_status()
    return app


@pytest.fixture
async def clerk(
    room: Strongroom, owner: httpx.AsyncClient, visit: Visit
) -> httpx.AsyncClient:
    """Lend a member who has that role."""
    person, theirs = await join(room, await organization_of(owner), "viewer"), visit()
    await sign_in(theirs, person)
    account = (await theirs.get("/api/v1/session")).json()["account_id"]
    given = await owner.patch(f"/api/v1/members/{account}", json={"role": "clerk"})
    given.raise_for_status()
    return theirs


async def caller_of(room: Strongroom, by: httpx.AsyncClient) -> Caller:
    """Return for whom the cookie of *by* acts."""
    found = await room.sessions.find(by.cookies[COOKIE])
    assert found is not None
    return found


async def bearing(
    clerk: httpx.AsyncClient, visit: Visit, path: str, shown: str
) -> httpx.AsyncClient:
    """Return a program of the clerk's with a new credential, whose scope is the log."""
    wanted = {"name": "program", "scopes": ["audit.read"]}
    made = (await clerk.post(path, json=wanted)).raise_for_status().json()
    where = str(await organization_of(clerk))
    bearer = f"Bearer {made[shown]}"
    return visit(authorization=bearer, **{"x-organization-id": where})


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/api/v1/api-keys", "key"), ("/api/v1/tokens", "access_token")],
)
async def test_a_program_is_as_narrow_as_the_role_at_this_moment(
    owner: httpx.AsyncClient,
    clerk: httpx.AsyncClient,
    visit: Visit,
    path: str,
    shown: str,
) -> None:
    """A key and an app's token read the log until the role holds that no more."""
    too_wide = {"name": "program", "scopes": ["key.read"]}
    assert (await clerk.post(path, json=too_wide)).status_code == 403
    program = await bearing(clerk, visit, path, shown)
    assert (await program.get(LOG)).status_code == 200
    assert (await program.get(KEYS)).status_code == 403
    (await owner.put(f"{ROLES}/clerk", json=LESS)).raise_for_status()
    assert (await program.get(LOG)).status_code == 403


async def test_a_service_is_told_the_role_by_its_name(
    room: Strongroom, clerk: httpx.AsyncClient, visit: Visit
) -> None:
    """Of a session, and of a key with its scopes."""
    made = await room.services.add(f"backend {new_id().hex}", "Canary")
    seed = bytes.fromhex(made.private_key.reveal())
    private = Ed25519PrivateKey.from_private_bytes(seed)
    program = await bearing(clerk, visit, "/api/v1/api-keys", "key")
    key = program.headers["authorization"].removeprefix("Bearer ")
    backend = visit()
    for token, scopes in ((clerk.cookies[COOKIE], None), (key, ["audit.read"])):
        told = await introspect(backend, made.id, private, token)
        assert (told["active"], told["role"], told["scopes"]) == (True, "clerk", scopes)


async def introspect(
    by: httpx.AsyncClient, service: UUID, private: Ed25519PrivateKey, token: str
) -> dict[str, Any]:
    """Return what a service is told of a credential."""
    body = f'{{"token":"{token}"}}'.encode()
    given: dict[str, Any] = {"now": utc_now(), "nonce": new_id().hex}
    signed = sign_call(private, service, "POST", PUBLIC_URL + INTROSPECT, body, **given)
    headers = {"content-type": "application/json", **signed}
    answer = await by.post(INTROSPECT, content=body, headers=headers)
    told: dict[str, Any] = answer.raise_for_status().json()
    return told


async def test_a_proxy_is_told_the_role_by_its_name(
    room: Strongroom, clerk: httpx.AsyncClient
) -> None:
    """The hot path lets them pass, and forward-auth names the role."""
    passed = require_reader(await caller_of(room, clerk))
    assert (b"x-strongroom-role", b"clerk") in identity_headers(passed)


async def test_whoever_acts_as_them_does_no_more_than_they(
    room: Strongroom, owner: httpx.AsyncClient, clerk: httpx.AsyncClient, visit: Visit
) -> None:
    """An operator reads what the role reads; a key or a member list it does not."""
    operator = visit()
    operator.cookies.set(COOKIE, await act_as(room, clerk))
    assert (await operator.get(LOG)).status_code == 200
    for path in (KEYS, "/api/v1/members", "/api/v1/integrations"):
        assert (await operator.get(path)).json()["type"] == "/problems/forbidden"
    (await owner.put(f"{ROLES}/clerk", json=LESS)).raise_for_status()
    assert (await operator.get(LOG)).status_code == 403


async def test_in_an_emergency_the_role_does_not_stand_in_the_way(
    room: Strongroom, clerk: httpx.AsyncClient, visit: Visit
) -> None:
    """What another operator approved is open, whatever the member's own role holds."""
    cookie, operator = await act_as(room, clerk), visit()
    async with room.db.system(reason="make it an emergency in a test") as tx:
        await tx.execute(
            """
            with another as (
                insert into strongroom.operators (id, email)
                values (gen_random_uuid(), gen_random_uuid() || '@example.invalid')
                returning id),
            granted as (
                insert into strongroom.break_glass_grants
                    (id, asked_by, organization_id, reason, lasts, approved_by,
                     approved_at, expires_at)
                select gen_random_uuid(), o.operator_id, s.organization_id, 'a test',
                       interval '5 minutes', another.id, now(),
                       now() + interval '5 minutes'
                  from another, strongroom.sessions s
                  join strongroom.operator_sessions o on o.id = s.operator_session_id
                 where s.account_id = $1
                returning id)
            update strongroom.sessions s
               set class = 'break-glass', grant_id = granted.id
              from granted where s.account_id = $1 and s.operator is not null
            """,
            (await caller_of(room, clerk)).account_id,
        )
    operator.cookies.set(COOKIE, cookie)
    acting = (await operator.get("/api/v1/session")).json()
    assert acting["role"] == "owner"
    assert (await operator.get("/api/v1/members")).status_code == 200
    wanted = {"name": "mine", "actions": ["audit.read"]}
    refused = await operator.post(ROLES, json=wanted)
    assert refused.json()["type"] == "/problems/not-for-operators"


async def test_the_console_offers_what_the_role_may_do(
    clerk: httpx.AsyncClient,
) -> None:
    """No link, and no form, leads to what would be refused."""
    clerk.headers["accept"] = "text/html"
    overview = await clerk.get("/console")
    assert "You are its clerk." in overview.text
    linked = set(re.findall(r'href="(/console/[a-z-]+)"', overview.text))
    assert "/console/audit" in linked or "/console/log" in linked
    for path in linked:
        assert (await clerk.get(path)).status_code == 200, path
    offers = await clerk.get("/console/ownership")
    assert offers.status_code == 200, "whoever is offered it can look, and accept"


async def test_each_action_passes_as_the_role_says(
    room: Strongroom, clerk: httpx.AsyncClient
) -> None:
    """What is told to a page and what the gate decides are one set."""
    caller = await caller_of(room, clerk)
    assert caller.granted == frozenset(HELD)
    mine = actions_of(caller.role, granted=caller.granted)
    nothing = actions_of(caller.role, granted=frozenset())
    assert mine - nothing == frozenset(HELD)
