"""Half a sign-in passes for a whole one.

A cache or a second route takes the state between password and code for a session
(better-auth GHSA-xg6x-h9c9-2m83, Vikunja CVE-2026-34727). Here it is another type in
another cookie, and each route of the house is tried with it.
"""

import httpx

from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import latest_mail
from tests.totp.people import half_in, holder, show


OPEN = "/api/v1/session"


def cookies(waiting: str, session: str = "") -> list[str]:
    """Return the token of half a sign-in, in every place where it might be taken."""
    return [
        f"__Host-second-factor={waiting}",
        f"__Host-session={waiting}",
        f"__Host-session={waiting}; __Host-second-factor={session or waiting}",
    ]


async def test_no_route_takes_half_a_sign_in(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """Every closed route answers as it answers a stranger, and nothing changes."""
    owner, device = await holder(room, app), visit()
    await half_in(device, owner.person)
    token = device.cookies["__Host-second-factor"]
    before, tried = await rows(room), 0
    for route in routes:
        if route.action is None or route.open_to_all:
            continue
        body = {"json": {"x": 1}} if route.is_api else {"data": {"x": "1"}}
        more = body if route.writes else {}
        for cookie in cookies(token):
            stranger = visit()
            headers = {"cookie": cookie}
            answer = await stranger.request(
                route.method, route.address(), headers=headers, **more
            )
            assert answer.status_code == 401, (route, cookie)
            tried += 1
    assert tried > 100
    assert await rows(room) == before


async def test_no_session_passes_for_half_a_sign_in(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A session's token in the waiting cookie finishes nothing."""
    owner = await holder(room, app)
    token = app.cookies["__Host-session"]
    for cookie in (f"__Host-second-factor={token}", f"__Host-session={token}"):
        answer = await visit().post(
            "/api/v1/sessions/second-factor",
            json={"code": await owner.app.next_code()},
            headers={"cookie": cookie},
        )
        assert answer.json()["type"] == "/problems/sign-in-expired"
        assert "__Host-session" not in answer.headers.get("set-cookie", "")


async def test_a_mailed_link_is_no_way_around_it(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Whoever reads the mail replaces the password and is still asked for a code."""
    owner, thief, outdated = await holder(room, app), visit(), visit()
    await half_in(outdated, owner.person)
    await thief.post("/api/v1/password-resets", json={"email": owner.person.email})
    mail = await latest_mail(room, owner.person.email)
    token = mail.split("token=")[1].split()[0]
    chosen = {"token": token, "password": "eleven loud trumpets on the hill"}
    answer = await thief.post("/api/v1/password-resets/complete", json=chosen)
    assert answer.status_code == 204
    form = {"email": owner.person.email, "password": chosen["password"]}
    answer = await thief.post("/api/v1/sessions", json=form)
    assert (answer.status_code, answer.json()) == (202, {"next": "second-factor"})
    assert (await thief.get(OPEN)).status_code == 401
    assert (await show(thief, token)).status_code == 401
    code = await owner.app.next_code()
    answer = await show(outdated, code)
    assert answer.json()["type"] == "/problems/sign-in-expired"
    assert (await show(thief, code)).status_code == 201
