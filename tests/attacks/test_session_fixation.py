"""The attacker chooses the session, and waits for the victim to sign in to it.

A session that an attacker planted in the victim's browser must not be the one that
is signed in (CVE-2026-7507), and a read must not change any state.
"""

from strongroom.room import Strongroom
from strongroom.sessions import COOKIE
from tests.attacks.evidence import rows
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization, mailed_token, new_person, sign_in


PLANTED = "chosen-by-the-attacker-0123456789abcdefghij"


async def test_a_planted_session_is_not_signed_in(
    room: Strongroom, visit: Visit
) -> None:
    """The token changes at sign-in, and the planted one opens nothing afterwards."""
    person = await found_organization(room, visit())
    victim = visit()
    victim.cookies.set(COOKIE, PLANTED, domain="strongroom.test")
    credentials = {"email": person.email, "password": person.password}
    answer = await victim.post("/api/v1/sessions", json=credentials)
    assert answer.status_code == 201
    assert PLANTED not in answer.headers["set-cookie"]
    attacker = visit(cookie=f"{COOKIE}={PLANTED}")
    assert (await attacker.get("/api/v1/session")).status_code == 401


async def test_a_planted_session_is_not_confirmed(
    room: Strongroom, visit: Visit
) -> None:
    """Nor by the link that confirms a sign-up, nor by the form for people."""
    person = new_person()
    victim = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    victim.cookies.set(COOKIE, PLANTED, domain="strongroom.test")
    form = {"email": person.email, "password": person.password}
    await victim.post("/sign-up", data=form | {"organization": "Canary Works"})
    token = await mailed_token(room, person.email)
    answer = await victim.post(
        "/verify", data={"token": token, "password": person.password}
    )
    assert answer.status_code == 303
    assert PLANTED not in answer.headers["set-cookie"]
    attacker = visit(cookie=f"{COOKIE}={PLANTED}")
    assert (await attacker.get("/api/v1/session")).status_code == 401


async def test_the_attackers_own_session_stays_the_attackers(
    room: Strongroom, visit: Visit
) -> None:
    """A victim who signs in over a planted, living session lends it nothing."""
    person = await found_organization(room, visit())
    attacker = visit()
    await found_organization(room, attacker, "Attacker Works")
    planted = attacker.cookies[COOKIE]
    victim = visit()
    victim.cookies.set(COOKIE, planted, domain="strongroom.test")
    await sign_in(victim, person)
    assert (await victim.get("/api/v1/session")).json()["email"] == person.email
    seen = await visit(cookie=f"{COOKIE}={planted}").get("/api/v1/session")
    assert seen.status_code == 401 or seen.json()["email"] != person.email


async def test_every_session_has_a_token_of_its_own(
    room: Strongroom, visit: Visit
) -> None:
    """Ten sign-ins of one person give ten tokens, none of which shows another."""
    person = await found_organization(room, visit())
    tokens = set()
    for _ in range(10):
        device = visit()
        await sign_in(device, person)
        tokens.add(device.cookies[COOKIE])
    assert len(tokens) == 10
    assert min(map(len, tokens)) >= 43  # 256 bits in base64.


async def test_no_read_changes_anything(
    room: Strongroom, visit: Visit, routes: list[Route]
) -> None:
    """Every page and read, followed as a link in a mail would be, does nothing."""
    owner = visit(accept="text/html")
    await found_organization(room, owner)
    caller = (await owner.get("/api/v1/session")).json()
    identifiers = [
        caller[key] for key in ("session_id", "account_id", "organization_id")
    ]
    before = await rows(room)
    reads = [route for route in routes if route.method == "GET"]
    assert reads
    for route in reads:
        for identifier in identifiers:
            await owner.get(
                route.address(identifier), params={"token": "x", "next": "/"}
            )
            await owner.head(route.address(identifier))
            await owner.options(route.address(identifier))
    assert await rows(room) == before
    assert (await owner.get("/api/v1/session")).status_code == 200
