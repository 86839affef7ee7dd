"""The guard holds around every framework, whatever the app inside does."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from strongroom.db import single_connection
from strongroom.server import FolderInUse, Installation
from strongroom.server.occupancy import Occupancy
from strongroom.sessions import COOKIE

from .apps import CANARY, PIECES
from .conftest import Guarded


MANY = 2**20 + 1

CROSS_SITE = {"sec-fetch-site": "cross-site"}


def require_guarded(answer: httpx.Response) -> None:
    """Accept an answer that carries what every answer must."""
    for name in (
        "strict-transport-security",
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "permissions-policy",
        "cross-origin-opener-policy",
        "x-request-id",
    ):
        assert len(answer.headers.get_list(name)) == 1, name


async def entries_of(guarded: Guarded, answer: httpx.Response) -> list[tuple[Any, ...]]:
    """Return what the audit log holds of one request."""
    async with single_connection(guarded.installation.urls.owner) as owner:
        rows = await owner.fetch(
            "select action, outcome, reason, target_id from strongroom.audit_entries"
            " where request_id = $1",
            answer.headers["x-request-id"],
        )
    return [tuple(row) for row in rows]


async def soon(guarded: Guarded, answer: httpx.Response) -> list[tuple[Any, ...]]:
    """Return what the audit log holds once it holds something, or after a while."""
    for _ in range(100):
        if found := await entries_of(guarded, answer):
            return found
        await asyncio.sleep(0.05)
    return []


async def test_every_answer_carries_the_headers(guarded: Guarded) -> None:
    """The app's pages, its 404 and the house's own pages: each header once."""
    async with guarded.visitor() as visitor:
        for path in ("/whose", "/nowhere", "/security", "/mine"):
            require_guarded(await visitor.get(path))


async def test_a_write_from_another_site_is_refused(guarded: Guarded) -> None:
    """A cross-site write never reaches the app, and is on record."""
    async with guarded.visitor() as visitor:
        answer = await visitor.post("/length", content=b"1", headers=CROSS_SITE)
        assert (await visitor.post("/length", content=b"12")).json() == {"is": 2}
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/cross-site-write"
    require_guarded(answer)
    expected = ("request.write", "refused", "cross-site-write", "/length")
    assert await soon(guarded, answer) == [expected]  # Written after the answer.


async def test_the_caller_is_there_when_signed_in(guarded: Guarded) -> None:
    """A handler sees who asks, and nobody where nobody is signed in."""
    async with guarded.somebody() as (visitor, person), guarded.visitor() as stranger:
        assert (await visitor.get("/whose")).json() == {"is": person.email}
        assert (await stranger.get("/whose")).json() == {"is": None}
        assert (await visitor.get("/mine")).json() == {"is": person.email}
        refused = await stranger.get("/mine")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/unauthenticated"
    require_guarded(refused)


async def test_a_person_is_sent_to_sign_in(guarded: Guarded) -> None:
    """A browser that asks for somebody's page comes to the sign-in and back."""
    async with guarded.visitor(accept="text/html") as browser:
        answer = await browser.get("/mine")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fmine"


async def test_a_refused_write_is_on_record(guarded: Guarded) -> None:
    """What the app refuses leaves one entry, and a read that it refuses none."""
    async with guarded.visitor() as stranger:
        refused = await stranger.post("/mine")
        read = await stranger.get("/mine")
        missing = await stranger.post("/nowhere")
    expected = ("request.write", "refused", "unauthenticated", "/mine")
    assert await entries_of(guarded, refused) == [expected]
    assert await entries_of(guarded, read) == []
    expected = ("request.write", "refused", "status-404", "/nowhere")
    assert await entries_of(guarded, missing) == [expected]


async def test_a_revoked_session_is_out_at_the_next_request(guarded: Guarded) -> None:
    """One device ends another's session, which is nobody from then on."""
    async with guarded.somebody() as (visitor, person), guarded.visitor() as other:
        login = {"email": person.email, "password": person.password}
        (await other.post("/api/v1/sessions", json=login)).raise_for_status()
        assert (await other.get("/mine")).is_success
        session = (await other.get("/api/v1/session")).json()["session_id"]
        ended = await visitor.delete(f"/api/v1/sessions/{session}")
        assert ended.is_success
        assert (await other.get("/mine")).status_code == 401
        assert (await visitor.get("/mine")).is_success


async def test_two_session_cookies_are_refused(guarded: Guarded) -> None:
    """Where somebody planted a second cookie, the app is not asked at all."""
    async with guarded.somebody() as (visitor, _):
        planted = f"{COOKIE}={visitor.cookies[COOKIE]}; {COOKIE}=planted"
        async with guarded.visitor(cookie=planted) as victim:
            answer = await victim.get("/whose")
    assert answer.json()["type"] == "/problems/ambiguous-session"


async def many_bytes() -> AsyncIterator[bytes]:
    """Yield more than a body may have, without saying so beforehand."""
    for _ in range(17):
        yield b"x" * (MANY // 16)


async def test_a_large_body_is_refused(guarded: Guarded) -> None:
    """Whether its length is said or not, the app is spared, and the next one fits."""
    async with guarded.visitor() as visitor:
        said = await visitor.post("/length", content=b"x" * MANY)
        unsaid = await visitor.post("/length", content=many_bytes())
        fitting = await visitor.post("/length", content=b"x" * (MANY - 1))
    for answer in (said, unsaid):
        assert answer.status_code == 413
        assert answer.json()["type"] == "/problems/body-too-large"
        require_guarded(answer)
    assert fitting.json() == {"is": MANY - 1}


async def test_an_answer_may_come_bit_by_bit(guarded: Guarded) -> None:
    """A streamed answer passes through as it is made."""
    async with guarded.visitor() as visitor, visitor.stream("GET", "/slowly") as answer:
        came = [piece async for piece in answer.aiter_raw()]
    assert b"".join(came) == b"".join(PIECES)
    require_guarded(answer)


async def test_a_fault_of_the_app_loses_no_header_and_tells_nothing(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception becomes a problem with every header, and we log its place alone."""
    with caplog.at_level(logging.ERROR, "strongroom"):
        async with guarded.visitor() as visitor:
            answer = await visitor.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal-error"
    require_guarded(answer)
    assert CANARY not in answer.text
    logged = [each.getMessage() for each in caplog.records if each.name == "strongroom"]
    assert len(logged) == 1
    assert "RuntimeError in broken" in logged[0]
    assert CANARY not in logged[0]


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Django's.
async def test_a_torn_answer_does_not_look_whole(guarded: Guarded) -> None:
    """When the app breaks in the middle, the visitor notices, and others do not."""
    async with guarded.visitor() as visitor:
        with pytest.raises(httpx.RemoteProtocolError):
            await visitor.get("/torn")
        assert (await visitor.get("/whose")).is_success
    gc.collect()


async def test_the_app_starts_in_its_own_way(guarded: Guarded) -> None:
    """What the app's own start has opened is there for its handlers."""
    async with guarded.visitor() as visitor:
        assert (await visitor.get("/opened")).json() == {"is": "yes"}


async def test_one_process_tends_the_folder(
    guarded: Guarded, environment: dict[str, str]
) -> None:
    """Commands on the data folder find the server, as they find ours."""
    data = guarded.installation.folder.path
    found = Installation.running(data, environment)
    assert found.options.public_url == guarded.url
    with pytest.raises(FolderInUse, match=guarded.url):
        Occupancy(found.options).__enter__()
