"""Sessions for programs."""

from uuid import uuid4

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, sign_in
from tests.records import recorded


async def test_a_session_says_who_it_speaks_for(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The caller is read from the cookie, and its token is in no answer."""
    person = await found_organization(room, app)
    answer = await app.get("/api/v1/session")
    assert answer.json()["email"] == person.email
    assert answer.json()["organization"] == "Canary Works"
    assert app.cookies["__Host-session"] not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/sessions"])
@pytest.mark.parametrize("cookie", [None, "", "no-token", "a" * 5_000])
async def test_nobody_is_told_nothing(
    app: httpx.AsyncClient, path: str, cookie: str | None
) -> None:
    """Without a living session there is a problem, and no more."""
    headers = {} if cookie is None else {"cookie": f"__Host-session={cookie}"}
    answer = await app.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/unauthenticated"


async def test_two_session_cookies_are_refused(app: httpx.AsyncClient) -> None:
    """One of them was planted; nobody guesses which."""
    headers = {"cookie": "__Host-session=a; __Host-session=b"}
    answer = await app.get("/api/v1/session", headers=headers)
    assert answer.json()["type"] == "/problems/ambiguous-session"


async def test_one_device_is_signed_out_and_the_others_stay(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """The ended device's very next request is refused; the end is on record."""
    person = await found_organization(room, app)
    lost, kept = visit(), visit()
    await sign_in(lost, person)
    await sign_in(kept, person)
    lost_id = (await lost.get("/api/v1/session")).json()["session_id"]
    listed = (await app.get("/api/v1/sessions")).json()
    assert len(listed) == 3
    assert sum(device["current"] for device in listed) == 1
    answer = await app.delete(f"/api/v1/sessions/{lost_id}")
    assert answer.status_code == 204
    assert await recorded(room, answer) == [("session.end", "done", None)]
    assert (await lost.get("/api/v1/session")).status_code == 401
    assert (await kept.get("/api/v1/session")).status_code == 200
    again = await app.delete(f"/api/v1/sessions/{lost_id}")
    assert again.status_code == 404


async def test_a_foreign_session_looks_like_none(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Somebody else's session answers exactly as one that never was."""
    await found_organization(room, app)
    other = visit()
    await found_organization(room, other)
    theirs = (await other.get("/api/v1/session")).json()["session_id"]
    answers = [
        await app.delete(f"/api/v1/sessions/{session_id}")
        for session_id in (theirs, uuid4())
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert await recorded(room, answer) == [("session.end", "refused", "not-found")]
    problems = [answer.json() for answer in answers]
    for problem in problems:
        problem.pop("request_id")
    assert problems[0] == problems[1]
    assert (await other.get("/api/v1/session")).status_code == 200


async def test_signing_out_ends_the_session_itself(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A kept copy of the cookie is worthless afterwards."""
    await found_organization(room, app)
    copy = visit(cookie=f"__Host-session={app.cookies['__Host-session']}")
    assert (await copy.get("/api/v1/session")).status_code == 200
    answer = await app.delete("/api/v1/session")
    assert answer.headers["set-cookie"].startswith('__Host-session="";')
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await copy.get("/api/v1/session")).status_code == 401
