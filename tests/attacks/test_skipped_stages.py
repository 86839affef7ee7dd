"""An empty answer skips a step.

A flow takes "no answer" for "right answer", or lets a later step come first
(CVE-2026-49443, CVE-2026-54730). Here a step is passed only by what it asks for, and
whatever else is sent changes nothing.
"""

from typing import Any

import httpx
import pytest

from strongroom.room import Strongroom
from tests.attacks.evidence import rows
from tests.conftest import Visit
from tests.people import mailed_token, new_person


BODIES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "an empty object": {"json": {}},
    "an empty list": {"json": []},
    "null": {"json": None, "headers": {"content-type": "application/json"}},
    "an empty text": {"json": ""},
    "fields without values": {"json": {"email": "", "password": "", "token": ""}},
    "fields that are null": {"json": {"email": None, "password": None}},
    "unknown fields": {"json": {"success": True, "verified": True, "step": "done"}},
    "a list of bodies": {"json": [{"email": "a@example.invalid", "password": "x"}]},
    "half a body": {
        "content": b'{"email": "a@exam',
        "headers": {"content-type": "application/json"},
    },
    "two bodies": {
        "content": b"{}{}",
        "headers": {"content-type": "application/json"},
    },
    "a field twice": {
        "content": b'{"token": "", "token": "x", "password": "y", "password": "z"}',
        "headers": {"content-type": "application/json"},
    },
    "a form instead": {"data": {"email": "a@example.invalid", "password": "x"}},
    "another type": {"content": b"<x/>", "headers": {"content-type": "text/xml"}},
    "no type": {"content": b"{}"},
}

STEPS = (
    "/api/v1/accounts",
    "/api/v1/accounts/verify",
    "/api/v1/sessions",
    "/api/v1/sessions/second-factor",
    "/api/v1/password-resets",
    "/api/v1/password-resets/complete",
)


@pytest.mark.parametrize("path", STEPS)
@pytest.mark.parametrize("sent", BODIES.values(), ids=BODIES)
async def test_a_step_is_not_passed_by_something_else(
    room: Strongroom, app: httpx.AsyncClient, path: str, sent: dict[str, Any]
) -> None:
    """It is refused as a problem, gives no cookie and leaves no row."""
    before = await rows(room)
    answer = await app.post(path, **sent)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in answer.headers
    assert await rows(room) == before


async def test_a_later_step_does_not_come_first(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Without the mailed link nobody is signed in, whatever else is right."""
    person = new_person()
    identity = {"email": person.email, "password": person.password}
    assert (await app.post("/api/v1/sessions", json=identity)).status_code == 401
    await app.post("/api/v1/accounts", json=identity | {"organization": "Canary"})
    assert (await app.post("/api/v1/sessions", json=identity)).status_code == 401
    token = await mailed_token(room, person.email)
    for wrong in ("", " ", token[:-1], token + "x", token.swapcase(), "0"):
        proof = {"token": wrong, "password": person.password}
        answer = await app.post("/api/v1/accounts/verify", json=proof)
        assert answer.status_code == 410
    assert await room.accounts.find(person.email) is None
    proof = {"token": token, "password": person.password}
    assert (await app.post("/api/v1/accounts/verify", json=proof)).status_code == 201
    assert (await visit().post("/api/v1/sessions", json=identity)).status_code == 201


async def test_looking_at_a_link_does_not_use_it_up(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """A mail scanner that opens the link three times leaves it to its owner."""
    person = new_person()
    identity = {"email": person.email, "password": person.password}
    await app.post("/api/v1/accounts", json=identity | {"organization": "Canary"})
    token = await mailed_token(room, person.email)
    scanner = visit(accept="text/html", **{"user-agent": "SafeLinks"})
    for method in ("HEAD", "GET", "GET", "GET"):
        await scanner.request(method, "/verify", params={"token": token})
    assert await room.accounts.find(person.email) is None
    proof = {"token": token, "password": person.password}
    assert (await app.post("/api/v1/accounts/verify", json=proof)).status_code == 201
