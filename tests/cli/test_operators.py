"""Operators come and go by command, and sign in on the operator's listener."""

import asyncio
import json
import re
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from strongroom.db import single_connection
from strongroom.kernel import CANARIES, new_id
from strongroom.lab import Authenticator
from tests.running import RunningServer


SEED = re.compile(r'<code class="seed">([A-Z2-7 ]+)</code>')
PASSWORD = "a long canary sings at dawn"
EMAIL = "canary@example.invalid"


@pytest.fixture
def desk(server: RunningServer) -> Iterator[httpx.Client]:
    """Lend a browser at the operator's listener."""
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    with httpx.Client(
        base_url=server.admin_url, verify=server.trust(), headers=headers
    ) as browser:
        yield browser


def code_of(app: Authenticator) -> str:
    """Return a code that was not used yet."""
    return asyncio.run(app.next_code())


def add(server: RunningServer) -> str:
    """Make a set-up link."""
    done = server.run("operators", "add", EMAIL, "--by", "Canary", "--json")
    link: str = json.loads(done.stdout)["link"]
    return link


def set_up(desk: httpx.Client, link: str) -> Authenticator:
    """Use a link, and return the app that holds its seed."""
    seed = SEED.search(desk.get(link).text)
    assert seed is not None
    app = Authenticator(seed[1].replace(" ", ""))
    token = link.partition("token=")[2]
    form = {"token": token, "password": PASSWORD, "code": code_of(app)}
    weak = desk.post("/admin/set-up", data={**form, "password": "password"})
    assert weak.status_code == 422
    assert desk.post("/admin/set-up", data=form).status_code == 303
    assert desk.post("/admin/set-up", data=form).status_code == 410
    return app


def sees_canaries_on_demand(server: RunningServer, desk: httpx.Client) -> None:
    """Look at the page and the command, with and without the canaries."""
    with server.visitor() as bird, server.visitor() as visitor:
        mine, theirs = server.newcomer(visitor), server.newcomer(bird)
        where = visitor.get("/api/v1/session").json()["organization_id"]
        flock = bird.get("/api/v1/session").json()["organization_id"]
    asyncio.run(turn_into_canary(server, theirs.email))
    assert mine.email in server.run("orgs", "list").stdout
    for shown, more, query in ((False, (), "false"), (True, ("--canaries",), "true")):
        page = desk.get("/admin/organizations", params={"canaries": query})
        assert (where in page.text, flock in page.text) == (True, shown)
        listed = json.loads(server.run("orgs", "list", "--json", *more).stdout)
        ids = [each["id"] for each in listed]
        assert (where in ids, flock in ids) == (True, shown)
    assert desk.get(f"/admin/organizations/{flock}").is_success


async def turn_into_canary(server: RunningServer, email: str) -> None:
    """Give somebody an address that only proofs have."""
    async with single_connection(server.owner_url) as owner:
        await owner.execute(
            "update strongroom.accounts set email = $1 where email = $2",
            f"{new_id().hex}{CANARIES}",
            email,
        )


def test_an_operator_comes_works_and_goes(
    server: RunningServer, desk: httpx.Client
) -> None:
    """The link works once, both factors are asked, removal ends the session at once."""
    link = add(server)
    assert link.startswith(f"{server.admin_url}/admin/set-up?token=")
    app = set_up(desk, link)
    form = {"email": EMAIL, "password": PASSWORD, "code": code_of(app)}
    wrong = desk.post("/admin/sign-in", data={**form, "code": app.wrong_code()})
    assert (wrong.status_code, "did not match" in wrong.text) == (401, True)
    assert desk.get("/admin").headers["location"] == "/admin/sign-in"
    assert desk.post("/admin/sign-in", data=form).status_code == 303
    assert EMAIL in desk.get("/admin").text
    sees_canaries_on_demand(server, desk)
    again = desk.post("/admin/sign-in", data=form)
    assert again.status_code == 401, "a code opens one session"
    listed = json.loads(server.run("operators", "list", "--json").stdout)
    assert [each["email"] for each in listed] == [EMAIL]
    gone = server.run("operators", "remove", EMAIL, "--by", "Canary", "--yes")
    assert gone.returncode == 0, gone.stderr
    assert desk.get("/admin").headers["location"] == "/admin/sign-in"
    more = server.run("operators", "remove", EMAIL, "--by", "Canary", "--yes")
    assert (more.returncode, more.stderr) == (
        2,
        f"strongroom: {EMAIL} is no operator; see: strongroom operators list\n",
    )


def test_nobody_is_an_operator_by_default(
    server: RunningServer, desk: httpx.Client
) -> None:
    """A new server has none, and its pages lead to the sign-in and no further."""
    assert "Nobody asked" in server.run("operators", "grants").stdout
    nothing = server.run("operators", "end-grant", str(UUID(int=0)), "--by", "Canary")
    assert nothing.stderr == "strongroom: There is no such request.\n"
    assert "There is no operator" in server.run("operators", "list").stdout
    for path in (
        "/admin",
        "/admin/organizations",
        "/admin/break-glass",
        "/admin/trail",
    ):
        answer = desk.get(path)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/admin/sign-in",
        )
