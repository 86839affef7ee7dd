"""What browsers report is counted, within limits, and leaves nothing else behind."""

import json
from typing import Any

import httpx
import pytest

from strongroom.middleware import store
from strongroom.middleware.violations import Violation
from strongroom.room import Strongroom


OLD = {"content-type": "application/csp-report"}
NEW = {"content-type": "application/reports+json"}
ADDRESS = "/csp-reports"


@pytest.fixture(autouse=True)
async def nothing_yet(room: Strongroom) -> None:
    """Begin each test without a count."""
    await room.db.system(reason="a test").fetch("delete from strongroom.csp_reports")


def report(path: str, blocked: str = "inline") -> dict[str, Any]:
    """Return one report of a ``report-to`` delivery."""
    body = {
        "documentURL": f"https://strongroom.test{path}",
        "effectiveDirective": "script-src-elem",
        "blockedURL": blocked,
    }
    return {"type": "csp-violation", "body": body}


async def counts(room: Strongroom) -> dict[tuple[str, str, str], int]:
    """Return today's counts."""
    rows = await room.db.system(reason="a test").fetch(
        "select directive, blocked, document, seen from strongroom.csp_reports"
        " where day = current_date"
    )
    return {(r["directive"], r["blocked"], r["document"]): r["seen"] for r in rows}


async def send(app: httpx.AsyncClient, *reports: dict[str, Any]) -> httpx.Response:
    """Deliver *reports* as a browser does."""
    return await app.post(ADDRESS, headers=NEW, content=json.dumps(reports))


async def test_a_delivery_is_counted(room: Strongroom, app: httpx.AsyncClient) -> None:
    """The same violation is one row, however often it is seen."""
    first, second = report("/a?token=secret"), report("/b", "https://x.example/y")
    assert (await send(app, first, second, first)).status_code == 204
    assert (await send(app, first)).status_code == 204
    assert await counts(room) == {
        ("script-src-elem", "inline", "/a"): 3,
        ("script-src-elem", "https://x.example", "/b"): 1,
    }
    door = room.db.system(reason="a test")
    assert await store.count_violations(door) == 4


async def test_an_older_browser_is_heard_too(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """The form of ``report-uri`` counts the same."""
    told = {
        "document-uri": "https://strongroom.test/a",
        "violated-directive": "script-src-elem",
        "blocked-uri": "inline",
    }
    content = json.dumps({"csp-report": told})
    answer = await app.post(ADDRESS, headers=OLD, content=content)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await counts(room) == {("script-src-elem", "inline", "/a"): 1}


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-type": "text/plain"}, b"{}", 415),
        ({}, b"{}", 415),
        (OLD, b"", 400),
        (OLD, b"{", 400),
        (OLD, b"[" * 60_000, 400),
        (NEW, b'[{"type": "csp-violation", "body": ' + b"[" * 60_000, 400),
        (NEW, b"{}", 400),
        (NEW, b"[" + b" " * 65_536 + b"]", 413),
    ],
)
async def test_what_is_no_report_is_refused(
    room: Strongroom,
    app: httpx.AsyncClient,
    headers: dict[str, str],
    content: bytes,
    status: int,
) -> None:
    """A problem, the right status, and nothing counted."""
    answer = await app.post(ADDRESS, headers=headers, content=content)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await counts(room) == {}


async def test_other_sites_reports_are_dropped(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A report that is not about us is taken, and forgotten."""
    foreign = report("/a")
    foreign["body"]["documentURL"] = "https://elsewhere.example/a"
    assert (await send(app, foreign)).status_code == 204
    assert (await send(app)).status_code == 204
    assert await counts(room) == {}


async def test_one_delivery_counts_so_much_and_no_more(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """A page that breaks in a hundred places is as broken as one in fifty."""
    answer = await send(app, *(report(f"/{number}") for number in range(100)))
    assert answer.status_code == 204
    assert len(await counts(room)) == 50


async def test_a_flood_becomes_one_row(room: Strongroom) -> None:
    """Nobody can fill the disk: past the limit, only what is known has rows."""
    door = room.db.system(reason="a test")
    full = store.MOST_A_DAY
    flood = {Violation("img-src", "inline", f"/{n}"): 1 for n in range(full)}
    await store.add_violations(door, flood)
    more = {
        Violation("img-src", "inline", f"/{n}"): 2 for n in range(full - 1, full + 5)
    }
    await store.add_violations(door, more)
    found = await counts(room)
    assert len(found) == full + 1
    assert found["other", "other", "other"] == 10
    assert found["img-src", "inline", f"/{full - 1}"] == 3
    assert await store.count_violations(door) == full + 12


async def test_old_counts_are_forgotten(room: Strongroom) -> None:
    """The next count clears away what nobody will look at."""
    door = room.db.system(reason="a test")
    await door.fetch(
        "insert into strongroom.csp_reports (day, directive, blocked, document)"
        " select current_date - age, 'img-src', 'inline', '/'"
        " from unnest(array[1, 90, 91, 400]) age"
    )
    await store.add_violations(door, {Violation("img-src", "inline", "/"): 1})
    rows = await door.fetch(
        "select current_date - day as age from strongroom.csp_reports order by 1"
    )
    assert [row["age"] for row in rows] == [0, 1, 90]


async def test_a_report_is_no_change_of_anything(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """It leaves no audit entry, and needs no session."""
    await send(app, report("/a"))
    entries = await room.db.system(reason="a test").fetch(
        "select 1 from strongroom.audit_entries where outcome = 'done'"
    )
    assert entries == []


async def test_another_site_cannot_report_for_us(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Browsers report our pages' violations as our own requests."""
    answer = await app.post(
        ADDRESS,
        headers=NEW | {"origin": "https://elsewhere.invalid"},
        content=json.dumps([report("/a")]),
    )
    assert answer.status_code == 403
    assert await counts(room) == {}
