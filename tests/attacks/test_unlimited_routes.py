"""One route forgot to count.

An endpoint without a budget is where an attacker goes on. The list of routes is read
from the running house, so a new one cannot be forgotten.
"""

import re
from dataclasses import replace
from uuid import UUID

import httpx

from strongroom.kernel import Budget
from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in


POLICY = re.compile(r'"[\w.:-]+";q=\d+;w=\d+(, "[\w.:-]+";q=\d+;w=\d+)*')
STANDING = re.compile(r'"[\w.:-]+";r=\d+;t=\d+(, "[\w.:-]+";r=\d+;t=\d+)*')


UNCOUNTED = {"GET /api/v1/session"}
"""The session check, which a product asks at each of its own requests: its answer
costs one look-up, and the product has limits of its own."""


async def test_every_route_has_a_budget(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """Whoever asks, every answer of every route tells of the limit that it passed."""
    await found_organization(room, app)
    counted = [
        route for route in routes if route.action and str(route) not in UNCOUNTED
    ]
    assert len(counted) > 30
    for route in counted:
        # Whoever would be signed out, or has to prove a password, stays a stranger.
        ends = "session" in route.path or "/sign-out" in route.path
        for asker in (visit(),) if ends else (visit(), app):
            answer = await asker.request(route.method, route.address())
            assert POLICY.fullmatch(answer.headers["ratelimit-policy"]), str(route)
            assert STANDING.fullmatch(answer.headers["ratelimit"]), str(route)


async def test_past_its_budget_every_write_is_refused(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """With budgets of one, the second use is refused and changes nothing."""
    before = room.limits.settings
    one = Budget(1, 3600)
    names = ("guesses", "sign_ins", "sign_ups", "writes")
    room.limits.follow(replace(before, **dict.fromkeys(names, one)))
    try:
        await _second_uses(room, app, visit, routes)
    finally:
        room.limits.follow(before)


async def _second_uses(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    refused: set[str] = set()
    for route in (each for each in routes if each.writes and each.open_to_all):
        await app.request(route.method, route.address())
        kept = await rows(room)
        answer = await visit().request(route.method, route.address())
        assert answer.status_code == 429, str(route)
        assert int(answer.headers["retry-after"]) > 3000
        assert answer.json()["violated-policies"] == [route.action]
        assert await rows(room) == kept
        refused.add(str(route))
    assert len(refused) > 8


async def test_a_spoofed_address_has_no_budget_of_its_own(visit: Visit) -> None:
    """Forwarded headers, in any number and shape, spend from one budget."""
    left = []
    for number in range(4):
        lie = f"203.0.113.{number}"
        headers = {"x-forwarded-for": lie, "x-real-ip": lie, "forwarded": f"for={lie}"}
        answer = await visit(**headers).post("/api/v1/sessions", content=b"{")
        left.append(int(re.findall(r"r=(\d+)", answer.headers["ratelimit"])[0]))
    assert left == list(range(left[0], left[0] - 4, -1))


async def test_page_and_api_spend_from_one_budget(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever is at the end of it on one way in is at the end of it on the other."""
    organization = await _organization(room, app)
    person = await join(room, organization, "member")
    wrong = {"email": person.email, "password": "wrong"}
    for _ in range(room.limits.settings.guesses.quota):
        answer = await visit().post("/api/v1/sessions", json=wrong)
        assert answer.status_code == 401
    right = wrong | {"password": person.password}
    page = await visit(accept="text/html").post("/sign-in", data=right)
    assert page.status_code == 429
    assert "Try again in" in page.text
    assert (await visit().post("/api/v1/sessions", json=right)).status_code == 429


async def test_the_owner_gets_in_during_the_attack(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The device that signed in before still does; a new one has to wait."""
    organization = await _organization(room, app)
    person = await join(room, organization, "member")
    device = visit()
    await sign_in(device, person)
    wrong = {"email": person.email, "password": "wrong"}
    for _ in range(room.limits.settings.guesses.quota + 1):
        await visit().post("/api/v1/sessions", json=wrong)
    await sign_in(device, person)
    stranger = await visit().post("/api/v1/sessions", json=wrong)
    assert stranger.status_code == 429


async def _organization(room: Strongroom, app: httpx.AsyncClient) -> UUID:
    await found_organization(room, app)
    return await organization_of(app)
