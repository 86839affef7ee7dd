"""An operator who acts as a customer is shown a form that would be refused.

Whoever fills it in has typed for nothing, and believes that it was meant for them.
Here the forms are read from the pages themselves, so a new one cannot be forgotten.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx

from strongroom.access import actions_of
from strongroom.kernel import NOWHERE, new_id
from strongroom.organizations import Organization
from strongroom.room import Strongroom
from strongroom.sessions import COOKIE, OPERATOR, ActsAs, Beginning
from tests.attacks.routes import Route
from tests.conftest import Visit
from tests.people import found_organization


FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')
LEAD = re.compile(r'formaction="([^"]+)"')
CLOSED = {"/console/address", "/console/password", "/console/leave"}
"""Pages that are nothing but a form."""


async def act_as(room: Strongroom, owner: httpx.AsyncClient) -> str:
    """Return the cookie of an operator who acts as *owner*."""
    mine = (await owner.get("/api/v1/session")).json()
    operator, session = new_id(), new_id()
    async with room.db.system(reason="let an operator act in a test") as tx:
        await tx.execute(
            "insert into strongroom.operators (id, email) values ($1, $2)",
            operator,
            f"{operator.hex}@example.invalid",
        )
        await tx.execute(
            "insert into strongroom.operator_sessions"
            " (id, digest, operator_id, expires_at, idle) values"
            " ($1, sha256($2), $3, now() + interval '1 hour', interval '1 hour')",
            session,
            session.bytes,
            operator,
        )
        where = Organization(mine["organization_id"], "Canary Works")
        acts = ActsAs(
            "impersonation", "op@example.invalid", session, timedelta(minutes=30)
        )
        opened = await room.sessions.open(
            tx, mine["account_id"], where, NOWHERE, Beginning(OPERATOR), acting=acts
        )
    return opened.token.reveal()


def action_of(routes: list[Route], path: str) -> str | None:
    """Return which action sending a form to *path* is."""
    for route in routes:
        pattern = re.sub(r"{[^}]+}", "[^/]+", route.path)
        if route.method == "POST" and re.fullmatch(pattern, path):
            return route.action
    return None


def pages_among(routes: list[Route]) -> Iterator[str]:
    """Return the console's pages that need no identifier."""
    for route in routes:
        named = route.path == "/console" or route.path.startswith("/console/")
        if route.method == "GET" and named and not route.takes_identifier:
            yield route.path


async def test_no_form_is_shown_that_would_be_refused(
    room: Strongroom, visit: Visit, browser: httpx.AsyncClient, routes: list[Route]
) -> None:
    """Each page of the console is read as the person, and as who acts as them."""
    await found_organization(room, browser)
    allowed = actions_of("owner", "impersonation")
    cookie = await act_as(room, browser)
    operator = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    operator.cookies.set(COOKIE, cookie)
    opened, forms = set(), 0
    for path in pages_among(routes):
        mine, theirs = await browser.get(path), await operator.get(path)
        if path in CLOSED:
            assert (mine.status_code, theirs.status_code) == (200, 403), path
            assert "Nobody may do this in somebody else" in theirs.text
        if theirs.status_code != 200:
            continue
        opened.add(path)
        led = {each for each in CLOSED if f'href="{each}"' in theirs.text}
        assert not led, f"{path} leads to {led}"
        for found in (*FORM.findall(theirs.text), *LEAD.findall(theirs.text)):
            action = action_of(routes, found)
            assert action in allowed, f"{path} shows a form of {action}"
            forms += 1
    assert {"/console", "/console/devices", "/console/members"} <= opened
    assert forms >= len(opened), "each page can be left by its own form"
