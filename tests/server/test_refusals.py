"""Every refusal becomes one answer and, where it turned a write away, one entry."""

import logging

import httpx
import pytest

from strongroom.db import DatabaseUnavailable
from strongroom.room import Strongroom
from tests.people import found_organization
from tests.records import recorded


CANARY = "canary-83fd1c"


async def fail(*_: object, **__: object) -> None:
    """Break in a way that nobody foresaw, holding what a visitor sent.

    Raises:
        RuntimeError: always.

    """
    raise RuntimeError(CANARY)


async def be_away(*_: object, **__: object) -> None:
    """Answer as when the database does not.

    Raises:
        DatabaseUnavailable: always.

    """
    raise DatabaseUnavailable


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("PUT", "/sign-in", 405, "method-not-allowed"),
        ("GET", "/api/v1/session", 401, "unauthenticated"),
    ],
)
async def test_a_program_gets_a_problem(
    app: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    """Its type is permanent, and it names the request."""
    answer = await app.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"/problems/{code}"
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_a_person_gets_a_page(browser: httpx.AsyncClient) -> None:
    """The same refusal is a page for a browser, and a problem below the API."""
    page = await browser.get("/nowhere")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-request-id"] in page.text
    problem = await browser.get("/api/v1/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"


async def test_a_fault_of_ours_tells_nothing(
    room: Strongroom,
    app: httpx.AsyncClient,
    *,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The answer and the log name the fault's place; neither repeats what was sent."""
    await found_organization(room, app)
    monkeypatch.setattr(room.sessions, "end", fail)
    with caplog.at_level(logging.ERROR, "strongroom"):
        answer = await app.delete("/api/v1/session")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal-error"
    assert CANARY not in answer.text + caplog.text
    assert "session.end failed: RuntimeError in fail" in caplog.text
    assert await recorded(room, answer) == [
        ("session.end", "refused", "internal-error")
    ]


async def test_a_form_is_shown_again_when_the_database_is_away(
    room: Strongroom, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was typed is kept for another try, and nothing is said to be recorded."""
    monkeypatch.setattr(room.signin, "sign_in", be_away)
    form = {"email": "a@example.invalid", "password": CANARY}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 503
    assert 'value="a@example.invalid"' in answer.text
    assert CANARY not in answer.text
    assert await recorded(room, answer) == []


async def test_a_refused_write_is_answered_only_when_it_is_on_record(
    room: Strongroom, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the entry cannot be written, the answer is that nothing can be said now."""
    monkeypatch.setattr(room.audit, "refuse", be_away)
    form = {"email": "a@example.invalid", "password": "wrong"}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 503
