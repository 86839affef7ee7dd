"""What has expired stays valid until a cleaner comes by.

An invitation or a session is over, but its row is still there, and the check looks
for the row (CVE-2025-64708). Here the end is part of every look-up, and the cleaner
in these tests never comes.
"""

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import (
    Person,
    found_organization,
    mailed_token,
    new_person,
    sign_in,
)


async def set_back(room: Strongroom, table: str, change: str) -> None:
    """Move every row of *table* in time, and leave it where it is."""
    async with room.db.system(reason="let time pass in a test") as tx:
        # Both are constants of this module.
        tag = await tx.execute(f"update strongroom.{table} set {change}")
    assert tag != "UPDATE 0"


@pytest.fixture
async def person(room: Strongroom, visit: Visit, app: httpx.AsyncClient) -> Person:
    """Return somebody who is signed in by *app*."""
    found = await found_organization(room, visit())
    await sign_in(app, found)
    return found


@pytest.mark.parametrize(
    ("expired", "alive"),
    [
        (
            "expires_at = now() - interval '1 second'",
            "expires_at = now() + interval '1 minute'",
        ),
        (
            "seen_at = now() - idle - interval '1 second'",
            "seen_at = now() - idle + interval '1 minute'",
        ),
        ("ended_at = now()", "ended_at = null"),
    ],
    ids=["its end", "unused for too long", "ended"],
)
async def test_an_expired_session_is_out_while_its_row_is_there(
    room: Strongroom,
    app: httpx.AsyncClient,
    person: Person,
    expired: str,
    alive: str,
) -> None:
    """Every way to use it is shut, and it is in no list; only time decides."""
    await set_back(room, "sessions", expired)
    for path in ("/api/v1/session", "/api/v1/sessions", "/api/v1/members"):
        assert (await app.get(path)).status_code == 401, path
    change = {"current": person.password, "new": "eleven loud trumpets on the hill"}
    assert (await app.put("/api/v1/password", json=change)).status_code == 401
    await set_back(room, "sessions", alive)
    assert (await app.get("/api/v1/session")).status_code == 200


async def test_an_expired_session_is_not_listed(
    room: Strongroom, visit: Visit, app: httpx.AsyncClient, person: Person
) -> None:
    """Nor can it be revoked: there is nothing left to revoke."""
    other = visit()
    await sign_in(other, person)
    old = (await app.get("/api/v1/session")).json()["session_id"]
    async with room.db.system(reason="let time pass in a test") as tx:
        await tx.execute(
            "update strongroom.sessions set expires_at = now() where id = $1::uuid", old
        )
    assert old not in {
        each["id"] for each in (await other.get("/api/v1/sessions")).json()
    }
    assert (await other.delete(f"/api/v1/sessions/{old}")).status_code == 404


async def test_use_does_not_move_the_absolute_end(
    room: Strongroom, app: httpx.AsyncClient, person: Person
) -> None:
    """A session that is used all day still ends on its day."""
    ends = (await app.get("/api/v1/session")).json()["expires_at"]
    await set_back(room, "sessions", "seen_at = now() - interval '1 hour'")
    later = (await app.get("/api/v1/session")).json()["expires_at"]
    assert (later, bool(person.email)) == (ends, True)


async def test_an_expired_link_is_dead_while_its_row_is_there(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """It confirms nothing, by API or form, until time is turned back."""
    person = new_person()
    wanted = {"email": person.email, "password": person.password}
    await app.post("/api/v1/accounts", json=wanted | {"organization": "Canary Works"})
    token = await mailed_token(room, person.email)
    proof = {"token": token, "password": person.password}
    await set_back(room, "one_time_values", "expires_at = now() - interval '1 second'")
    answer = await app.post("/api/v1/accounts/verify", json=proof)
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/link-spent")
    assert (await app.post("/verify", data=proof)).status_code == 410
    assert await room.accounts.find(person.email) is None
    await set_back(room, "one_time_values", "expires_at = now() + interval '1 minute'")
    assert (await app.post("/api/v1/accounts/verify", json=proof)).status_code == 201
