"""Sign-ins that were under way while everything of the account was ended.

Proved by the old password, or before a second factor was on, they must not come in
after it. CWE-367: time of check, time of use.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from strongroom.kernel import NOWHERE
from strongroom.lab import begin_with_app, turn_on_app
from strongroom.room import Strongroom
from strongroom.sessions import PASSWORD as BY_PASSWORD
from tests.conftest import Visit
from tests.people import Person, found_organization, latest_mail


NEW = "eleven other lanterns on a hill"
SESSION, SESSIONS = "/api/v1/session", "/api/v1/sessions"
CHANGED = "/problems/account-changed"


@asynccontextmanager
async def overtaken(
    monkeypatch: pytest.MonkeyPatch,
    part: Any,
    verb: str,
    thief: httpx.AsyncClient,
    person: Person,
) -> Any:
    """Let *thief* sign in, and stop where *verb* of *part* is done, for the block."""
    done, go = asyncio.Event(), asyncio.Event()
    plain: Callable[..., Awaitable[Any]] = getattr(part, verb)

    async def slow(*given: Any) -> Any:
        found = await plain(*given)
        if not done.is_set():
            done.set()
            await go.wait()
        return found

    monkeypatch.setattr(part, verb, slow)
    form = {"email": person.email, "password": person.password}
    late = asyncio.create_task(thief.post(SESSIONS, json=form))
    await done.wait()
    yield
    go.set()
    answer = await late
    assert (answer.status_code, answer.json()["type"]) == (409, CHANGED), answer.text
    assert (await thief.get(SESSION)).status_code == 401


async def test_a_password_that_was_just_changed_lets_nobody_in(
    room: Strongroom,
    app: httpx.AsyncClient,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The thief proved the old one a moment before."""
    person, thief = await found_organization(room, app), visit()
    async with overtaken(monkeypatch, room.passwords, "prove_by", thief, person):
        change = {"current": person.password, "new": NEW}
        changed = await app.put("/api/v1/password", json=change)
        assert changed.is_success, changed.text


async def test_a_password_that_was_just_replaced_by_mail_lets_nobody_in(
    room: Strongroom,
    app: httpx.AsyncClient,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor the one that its owner had forgotten, and the thief had not."""
    person, thief, owner = await found_organization(room, app), visit(), visit()
    async with overtaken(monkeypatch, room.passwords, "prove_by", thief, person):
        await owner.post("/api/v1/password-resets", json={"email": person.email})
        mail = await latest_mail(room, person.email)
        found = re.search(r"/reset-password\?token=(\S+)", mail)
        form = {"token": found[1] if found else "", "password": NEW}
        done = await owner.post("/api/v1/password-resets/complete", json=form)
        assert done.is_success, done.text


async def test_a_second_factor_that_was_just_turned_on_is_asked_for(
    room: Strongroom,
    app: httpx.AsyncClient,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever was found to have none has one by now."""
    person, thief = await found_organization(room, app), visit()
    async with overtaken(monkeypatch, room.entrance, "factors_of", thief, person):
        await turn_on_app(app, await begin_with_app(app, person.password))


async def test_whoever_came_while_an_account_was_disabled_is_out_when_it_is_enabled(
    room: Strongroom,
    app: httpx.AsyncClient,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its owner signs in anew, and nobody else is in."""
    person, thief = await found_organization(room, app), visit()
    async with overtaken(monkeypatch, room.passwords, "prove_by", thief, person):
        await room.desk.shut_out(person.email, "Canary")
        await room.desk.let_back(person.email, "Canary")
    account = await room.accounts.find(person.email)
    assert account is not None
    back = await room.entrance.admit(account, BY_PASSWORD, "session.create", NOWHERE)
    assert back.session is not None
