"""The audit log for programs."""

from datetime import datetime, timedelta, timezone

import httpx
import pytest

from strongroom.room import Strongroom
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in
from tests.records import recorded


async def test_entries_tell_who_did_what_from_where(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """An entry holds actor, action, target, time and the request's own id."""
    person = await found_organization(room, app)
    [entry] = (await app.get("/api/v1/audit-logs")).json()["entries"]
    assert (entry["action"], entry["outcome"]) == ("account.verify", "done")
    assert entry["actor"]["name"] == person.email
    assert entry["context"]["address"] == "127.0.0.1"
    assert entry["occurred_at"]


async def test_pages_follow_each_other_without_gap_or_repetition(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Walking by cursor meets every entry once, newest first."""
    await found_organization(room, app)
    address = f"/api/v1/organizations/{await organization_of(app)}"
    for number in range(6):
        await app.patch(address, json={"name": f"Name {number}"})
    met, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await app.get("/api/v1/audit-logs", params=query)).json()
        met += [entry["id"] for entry in page["entries"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(met) == len(set(met)) == 7
    assert met == sorted(met, reverse=True)


async def test_filters_narrow_the_log(room: Strongroom, app: httpx.AsyncClient) -> None:
    """By action and by outcome, alone or together."""
    await found_organization(room, app)
    await app.put("/api/v1/password", json={"current": "wrong", "new": "wrong"})

    async def found(**query: str) -> list[str]:
        answer = await app.get("/api/v1/audit-logs", params=query)
        return [entry["action"] for entry in answer.json()["entries"]]

    assert await found(outcome="refused") == ["password.change"]
    assert await found(action="account.verify") == ["account.verify"]
    assert await found(action="account.verify", outcome="refused") == []


async def test_actor_and_target_are_found_by_name_or_by_id(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """An address in any case, an account's id, a kind, or one thing's id."""
    person = await found_organization(room, app)
    organization = await organization_of(app)
    address = f"/api/v1/organizations/{organization}"
    await app.patch(address, json={"name": "Another name"})
    [renamed, founded] = (await app.get("/api/v1/audit-logs")).json()["entries"]

    async def found(**query: str) -> list[str]:
        answer = await app.get("/api/v1/audit-logs", params=query)
        return [entry["id"] for entry in answer.json()["entries"]]

    everything = [renamed["id"], founded["id"]]
    assert await found(actor=person.email.upper()) == everything
    assert await found(actor=renamed["actor"]["id"]) == everything
    assert await found(actor="nobody@example.com") == []
    assert renamed["target"] == {"kind": "organization", "id": str(organization)}
    target = renamed["target"]["id"]
    assert renamed["id"] in await found(target=target, action="organization.rename")
    assert await found(target="mail") == []


async def test_a_period_includes_its_start_and_not_its_end(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Two periods that touch show each entry once, in whatever zone they are given."""
    await found_organization(room, app)
    [entry] = (await app.get("/api/v1/audit-logs")).json()["entries"]
    moment = datetime.fromisoformat(entry["occurred_at"])

    async def count(**query: str) -> int:
        answer = await app.get("/api/v1/audit-logs", params=query)
        return len(answer.json()["entries"])

    assert await count(since=moment.isoformat()) == 1
    assert await count(until=moment.isoformat()) == 0
    assert await count(until=(moment + timedelta(microseconds=1)).isoformat()) == 1
    far = moment.astimezone(timezone(timedelta(hours=14)))
    assert await count(since=far.isoformat()) == 1
    assert await count(until=far.isoformat()) == 0
    assert await count(since=moment.replace(tzinfo=None).isoformat()) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"actor": "a\0b"},
        {"action": "\0"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"cursor": "x"},
        {"cursor": "' or 1=1 --"},
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "ten"},
    ],
)
async def test_a_bad_question_is_a_problem(
    room: Strongroom, app: httpx.AsyncClient, query: dict[str, str]
) -> None:
    """What cannot be used is said, never guessed."""
    await found_organization(room, app)
    answer = await app.get("/api/v1/audit-logs", params=query)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_log_ends_at_the_organization(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Nobody reads another organization's entries, with its cursor or without."""
    await found_organization(room, app)
    other = visit()
    await found_organization(room, other)
    theirs = (await other.get("/api/v1/audit-logs")).json()["entries"]
    mine = (await app.get("/api/v1/audit-logs")).json()["entries"]
    assert len(mine) == len(theirs) == 1
    assert mine[0]["id"] != theirs[0]["id"]
    query = {"cursor": theirs[0]["id"]}
    older = (await app.get("/api/v1/audit-logs", params=query)).json()["entries"]
    assert [entry["id"] for entry in older] in ([mine[0]["id"]], [])


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_reading_it_needs_an_admin(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, role: str
) -> None:
    """Whoever may not read it is refused, and the attempt is in it."""
    await found_organization(room, app)
    reader = visit()
    person = await join(room, await organization_of(app), role)  # type: ignore[arg-type]
    await sign_in(reader, person)
    answer = await reader.get("/api/v1/audit-logs")
    assert answer.status_code == 403
    assert await recorded(room, answer) == [("audit.read", "refused", "forbidden")]
    refused = (await app.get("/api/v1/audit-logs?outcome=refused")).json()["entries"]
    assert refused[0]["actor"]["name"] == person.email
