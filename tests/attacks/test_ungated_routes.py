"""One route forgot to ask.

A route without a permission check is open to everybody, and a write without an
origin check obeys any page on the web. Here the list of routes is read from the
running house, so a new one cannot be forgotten.
"""

import httpx
import pytest

from strongroom.access import SERVICES, who_can
from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.attacks.routes import Route
from tests.conftest import PUBLIC_URL, Visit
from tests.people import found_organization, join, organization_of, sign_in


OPEN_WRITES = {
    "POST /api/v1/account-freezes",
    "POST /api/v1/accounts",
    "POST /api/v1/accounts/verify",
    "POST /api/v1/invitations/accept",
    "POST /api/v1/address-changes/confirm",
    "POST /api/v1/address-changes/undo",
    "POST /api/v1/magic-links",
    "POST /api/v1/oauth/canary/token",
    "POST /api/v1/password-resets",
    "POST /api/v1/password-resets/complete",
    "POST /api/v1/sessions",
    "POST /api/v1/sessions/passkey",
    "POST /api/v1/sessions/magic-link",
    "POST /api/v1/sessions/second-factor",
    "POST /api/v1/sessions/second-factor/passkey",
    "POST /confirm-address",
    "POST /api/v1/tokens/refresh",
    "POST /csp-reports",
    "POST /forgot-password",
    "POST /invitation",
    "POST /impersonation",
    "POST /reset-password",
    "POST /sign-in",
    "POST /sign-in/passkey",
    "POST /not-me",
    "POST /sign-in/link",
    "POST /sign-in/mail",
    "POST /sign-in/second-factor",
    "POST /sign-in/second-factor/passkey",
    "POST /sign-in/organization",
    "POST /sign-in/with/{name:str}",
    "POST /sign-up",
    "POST /undo-address",
    "POST /verify",
}
"""What anybody may send without signing in; a new one is added here on purpose."""

FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": PUBLIC_URL},
    {"sec-fetch-site": "none, cross-site"},
    {"sec-fetch-site": ""},
    {"sec-fetch-site": "SAME-ORIGIN"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://strongroom.test:80"},
    {"origin": "https://strongroom.test.evil.example"},
    {"origin": "https://strongroom.test:8443"},
    {"origin": "https://sub.strongroom.test"},
    {"origin": "https://strongroom.test@evil.example"},
    {"origin": "https://strongroom.test, https://evil.example"},
)
"""How a browser says that another site's page caused a request, or could be made to."""

BROWSERS = (
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": PUBLIC_URL},
)


def test_every_route_declares_a_known_action(routes: list[Route]) -> None:
    """None is without one, and the policy lists each."""
    assert len(routes) > 30
    undeclared = [str(route) for route in routes if route.action is None]
    assert undeclared in ([], ["GET /api/openapi.json"])
    for route in routes:
        assert route.action is None or who_can(route.action)


def test_no_write_is_open_by_accident(routes: list[Route]) -> None:
    """What strangers may send is a short list that a person has read."""
    opened = {str(route) for route in routes if route.writes and route.open_to_all}
    assert opened <= OPEN_WRITES
    assert opened >= OPEN_WRITES - {"POST /csp-reports"}


async def test_every_closed_route_asks_to_sign_in(
    visit: Visit, routes: list[Route]
) -> None:
    """A stranger gets 401, or the way to sign in, before anything else is said."""
    closed = [route for route in routes if route.action and not route.open_to_all]
    assert closed
    for route in closed:
        for accept in ("application/json", "text/html"):
            answer = await visit(accept=accept).request(route.method, route.address())
            assert answer.status_code in {401, 303}, f"{route} {answer.status_code}"
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/sign-in")


SIGNING_OUT = {"DELETE /api/v1/session", "POST /sign-out"}


async def test_every_role_may_do_what_the_policy_says_and_no_more(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """Each role on each route: refused exactly where the policy does not list it."""
    await found_organization(room, app)
    organization = await organization_of(app)
    checked = 0
    for role in ("viewer", "member", "auditor", "admin", "owner"):
        device = visit()
        person = await join(room, organization, role)
        await sign_in(device, person)
        for route in routes:
            if route.action is None or route.open_to_all or ends_session(route):
                continue
            allowed = who_can(route.action)
            may = "signed-in" in allowed or role in allowed
            answer = await device.request(route.method, route.address())
            if allowed is SERVICES:  # Nobody who signs in is one, whatever the role.
                assert answer.status_code == 401, f"{role}: {route}"
                continue
            assert (answer.status_code != 403) == may, f"{role}: {route}"
            checked += 1
    assert checked > 40


def ends_session(route: Route) -> bool:
    """Say whether it would sign the asker out, or out of the organization."""
    return route.action == "member.leave" or str(route) in SIGNING_OUT


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_no_write_obeys_another_site(
    room: Strongroom,
    app: httpx.AsyncClient,
    routes: list[Route],
    headers: dict[str, str],
) -> None:
    """With the victim's cookie, on every write route, and nothing changes."""
    await found_organization(room, app)
    before = await rows(room)
    writes = [route for route in routes if route.writes]
    for route in writes:
        answer = await app.request(route.method, route.address(), headers=headers)
        assert answer.status_code == 403, f"{route} {answer.status_code}"
        assert answer.json()["type"] == "/problems/cross-site-write"
    assert await rows(room) == before
    assert (await app.get("/api/v1/session")).status_code == 200


@pytest.mark.parametrize("headers", BROWSERS, ids=str)
async def test_our_own_pages_are_obeyed(
    room: Strongroom, app: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """The same write from our own page works, so the refusals mean something."""
    await found_organization(room, app)
    answer = await app.delete("/api/v1/session", headers=headers)
    assert answer.status_code == 204


async def test_a_repeated_header_of_origin_is_refused(visit: Visit) -> None:
    """Of two, one reader could take the first and another the second."""
    for name, values in (
        ("origin", (PUBLIC_URL, "https://evil.example")),
        ("sec-fetch-site", ("same-origin", "cross-site")),
    ):
        headers = [(name, value) for value in values]
        answer = await visit().post("/api/v1/sessions", headers=headers)
        assert answer.status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GET "])
async def test_an_odd_method_is_no_way_around(
    room: Strongroom, app: httpx.AsyncClient, method: str
) -> None:
    """What is not a read counts as a write, and no route takes it."""
    await found_organization(room, app)
    cross = {"sec-fetch-site": "cross-site"}
    for path in ("/api/v1/session", "/sign-out", "/"):
        assert (await app.request(method, path, headers=cross)).status_code == 403
        assert (await app.request(method, path)).status_code in {404, 405}
