"""People with an authenticator app, for tests."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from strongroom.lab import Authenticator, begin_with_app, turn_on_app
from strongroom.room import Strongroom
from tests.people import Person, found_organization


TOTP, ENABLE, CODES = (
    "/api/v1/totp",
    "/api/v1/totp/enable",
    "/api/v1/totp/recovery-codes",
)
STEP_UP = "/api/v1/session/step-up"
SESSIONS, FACTOR = "/api/v1/sessions", "/api/v1/sessions/second-factor"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose second factor is on, and what they hold."""

    person: Person
    app: Authenticator
    codes: list[str]


async def holder(room: Strongroom, app: httpx.AsyncClient) -> Holder:
    """Sign somebody up by *app* and turn their second factor on."""
    person = await found_organization(room, app)
    authenticator = await begin_with_app(app, person.password)
    return Holder(person, authenticator, await turn_on_app(app, authenticator))


async def half_in(app: httpx.AsyncClient, person: Person) -> None:
    """Show the password; the second factor is asked next."""
    form = {"email": person.email, "password": person.password}
    answer = await app.post(SESSIONS, json=form)
    assert (answer.status_code, answer.json()) == (202, {"next": "second-factor"})


async def show(app: httpx.AsyncClient, code: str) -> httpx.Response:
    """Show a code for the sign-in that waits."""
    return await app.post(FACTOR, json={"code": code})


async def change(room: Strongroom, statement: str, *values: Any) -> None:
    """Change rows as only a test may, to move time."""
    async with room.db.system(reason="move time in a test") as tx:
        await tx.execute(statement, *values)


async def grow_stale(room: Strongroom, app: httpx.AsyncClient) -> None:
    """Let the second factor of the session of *app* have been shown long ago."""
    session = (await app.get("/api/v1/session")).json()["session_id"]
    await change(
        room,
        "update strongroom.sessions"
        " set factor_shown_at = now() - interval '301 seconds' where id = $1",
        UUID(session),
    )
