"""Help for somebody who lost the second factor, by command, on a running server."""

import asyncio
import json

import httpx

from strongroom.lab import begin_with_app, turn_on_app
from tests.people import Person
from tests.running import RunningServer


async def turn_on(server: RunningServer, person: Person) -> None:
    """Sign in over TLS, and turn a second factor on."""
    async with httpx.AsyncClient(base_url=server.url, verify=server.trust()) as http:
        form = {"email": person.email, "password": person.password}
        (await http.post("/api/v1/sessions", json=form)).raise_for_status()
        await turn_on_app(http, await begin_with_app(http, person.password))


def test_the_operator_removes_a_lost_factor(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """It takes the address again, then the password alone signs in; once."""
    person = server.newcomer(visitor)
    asyncio.run(turn_on(server, person))
    form = {"email": person.email, "password": person.password}
    assert visitor.post("/api/v1/sessions", json=form).status_code == 202
    words = ("accounts", "factors-reset", person.email, "--by", "Canary", "--yes")
    done = server.run(*words, "--json")
    assert json.loads(done.stdout) == {"email": person.email, "reset": True}
    assert visitor.post("/api/v1/sessions", json=form).status_code == 201
    again = server.run(*words)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == f"strongroom: {person.email} has no second factor\n"


def test_nobody_is_reset_by_a_slip(server: RunningServer) -> None:
    """An address that nobody has, or none of which is typed again, changes nothing."""
    words = ("accounts", "factors-reset", "nobody@example.invalid", "--by", "Canary")
    unknown = server.run(*words, "--yes")
    said = "strongroom: there is no account of nobody@example.invalid\n"
    assert (unknown.returncode, unknown.stderr) == (2, said)
    untyped = server.run(*words)
    assert untyped.returncode == 2
    assert "--yes" in untyped.stderr
