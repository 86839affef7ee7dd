"""A refused attempt is rolled back, its count and its trace with it.

The counter of failures lives in the transaction of the request that fails
(CVE-2026-35597), so guessing is free and leaves nothing. Here what is refused is
still counted and still on record.
"""

import httpx
import pytest

from strongroom.one_time.store import MOST_ATTEMPTS
from strongroom.room import Strongroom
from tests.attacks.evidence import refusals
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import (
    Person,
    found_organization,
    join,
    mailed_token,
    new_person,
    organization_of,
    sign_in,
)
from tests.records import recorded


WRONG = "eleven loud trumpets on the hill"


async def attempts_at(room: Strongroom, email: str) -> int:
    """Return how many attempts at the link of *email* were counted."""
    rows = await room.db.system(reason="count attempts in a test").fetch(
        "select v.attempts from strongroom.one_time_values v"
        " join strongroom.sign_ups s on s.id = v.subject where s.email = $1",
        email,
    )
    return int(rows[0]["attempts"])


async def waiting(room: Strongroom, app: httpx.AsyncClient) -> tuple[Person, str]:
    """Return somebody who has signed up and not confirmed, and their token."""
    person = new_person()
    wanted = {"email": person.email, "password": person.password}
    await app.post("/api/v1/accounts", json=wanted | {"organization": "Canary Works"})
    return person, await mailed_token(room, person.email)


async def send(
    app: httpx.AsyncClient, path: str, form: dict[str, str]
) -> httpx.Response:
    """Send *form* as a program or as a person would."""
    if path.startswith("/api/"):
        return await app.post(path, json=form)
    return await app.post(path, data=form)


@pytest.mark.parametrize("path", ["/api/v1/accounts/verify", "/verify"])
async def test_five_wrong_guesses_are_five(
    room: Strongroom, app: httpx.AsyncClient, path: str
) -> None:
    """By API or form, each is counted, and each is on record."""
    person, token = await waiting(room, app)
    before = await refusals(room)
    for _ in range(5):
        form = {"token": token, "password": WRONG}
        answer = await send(app, path, form)
        assert answer.status_code == 401
        (entry,) = await recorded(room, answer)
        assert entry == ("account.verify", "refused", "wrong-password")
    assert await attempts_at(room, person.email) == 5
    assert await refusals(room) == before + 5


async def test_too_many_guesses_end_the_link(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """After the last one, even the right password does not confirm it."""
    person, token = await waiting(room, app)
    for _ in range(MOST_ATTEMPTS):
        form = {"token": token, "password": WRONG}
        await app.post("/api/v1/accounts/verify", json=form)
    right = {"token": token, "password": person.password}
    answer = await app.post("/api/v1/accounts/verify", json=right)
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/link-spent")
    assert await attempts_at(room, person.email) == MOST_ATTEMPTS
    assert await room.accounts.find(person.email) is None


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/sign-in"])
async def test_a_refused_sign_in_is_on_record_where_its_people_look(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, path: str
) -> None:
    """In the organization's own log, with the address, and without the password."""
    person = await found_organization(room, app)
    form = {"email": person.email, "password": WRONG}
    answer = await send(visit(), path, form)
    assert answer.status_code == 401
    log = await app.get("/api/v1/audit-logs", params={"outcome": "refused"})
    (entry, *_) = log.json()["entries"]
    assert (entry["action"], entry["reason"]) == ("session.create", "wrong-credentials")
    assert entry["context"]["address"] == "127.0.0.1"
    assert WRONG not in log.text


ANSWERED = {"csp-report.create", "oauth.canary-token"}
"""Writes that say no by an answer of their own standard, and not by a refusal."""


async def test_every_refused_write_is_on_record(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, routes: list[Route]
) -> None:
    """By a viewer who may not, on every route that a viewer may not use."""
    await found_organization(room, app)
    viewer = visit()
    await sign_in(viewer, await join(room, await organization_of(app), "viewer"))
    tried = 0
    for route in routes:
        if not route.writes or not route.action or route.action in ANSWERED:
            continue
        body = {"json": {"x": 1}} if route.is_api else {"data": {"x": "1"}}
        answer = await viewer.request(route.method, route.address(), **body)
        if answer.is_success:
            continue  # What a viewer may do, such as ending its own session.
        entries = await recorded(room, answer)
        assert [entry[:2] for entry in entries] == [(route.action, "refused")], route
        tried += 1
        if (await viewer.get("/api/v1/session")).status_code != 200:
            break
    assert tried >= 5


async def test_changing_the_password_wrongly_is_on_record(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A stolen session that guesses the password leaves a trace of each guess."""
    await found_organization(room, app)
    for _ in range(3):
        answer = await app.put(
            "/api/v1/password", json={"current": WRONG, "new": WRONG}
        )
        assert await recorded(room, answer) == [
            ("password.change", "refused", "wrong-password")
        ]
