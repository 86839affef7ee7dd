"""Exports that honour a filter, OCSF, tiles over the network, and who may see them."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from strongroom.room import Strongroom
from strongroom.tlog import TilesBroken, VerifierKey, verify_export, verify_tiles
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in
from tests.records import recorded


LOGS = "/api/v1/audit-logs"


async def furnish(room: Strongroom, app: httpx.AsyncClient) -> VerifierKey:
    """Leave three kinds of entries, sealed, and return the key of their tree."""
    await found_organization(room, app)
    organization = await organization_of(app)
    for number in range(5):
        address = f"/api/v1/organizations/{organization}"
        await app.patch(address, json={"name": f"Name {number}"})
    await app.put("/api/v1/password", json={"current": "x", "new": "x"})
    await room.audit_tree.seal()
    return room.audit_tree.verifier_key(organization)


async def test_a_selection_verifies_line_by_line(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Each line proves itself; one that is edited, moved or doubled is named."""
    key = await furnish(room, app)
    query = {"action": "organization.rename"}
    answer = await app.get(f"{LOGS}/export", params=query)
    lines = answer.content.splitlines()
    told = [json.loads(line) for line in lines]
    assert told[0]["selection"] == query
    assert {each["entry"]["action"] for each in told[1:]} == {"organization.rename"}
    assert len(told) == 6
    now = datetime.now(UTC)
    verdict = verify_export(lines, [key], now=now)
    assert (verdict.holds, verdict.selection, verdict.entries) == (True, True, 5)
    edited = json.dumps({**told[2], "entry": {**told[2]["entry"], "outcome": "fine"}})
    moved = json.dumps({**told[2], "index": told[2]["index"] + 1})
    for wrong in (edited, moved, lines[1].decode()):
        changed = [*lines[:2], wrong.encode(), *lines[3:]]
        assert not verify_export(changed, [key], now=now).holds


async def test_an_export_honours_every_filter(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """What the list shows is what the export has, and the record names the filter."""
    await furnish(room, app)
    filters: list[dict[str, str]] = [
        {"outcome": "refused"},
        {"target": "organization"},
        {"actor": "nobody@example.com"},
        {"since": "2020-01-01T00:00:00Z"},
        {"until": "2020-01-01T00:00:00Z"},
    ]
    for query in filters:
        listed = (await app.get(LOGS, params=query)).json()["entries"]
        answer = await app.get(f"{LOGS}/export", params={**query, "format": "csv"})
        rows = answer.text.splitlines()[1:]
        # Exports that came before are listed, and too new to be sealed.
        sealed = [each for each in listed if each["action"] != "audit.export"]
        assert len(rows) == len(sealed), query
        [newest] = (await app.get(LOGS, params={"limit": 1})).json()["entries"]
        assert newest["action"] == "audit.export"
        assert set(query) <= set(newest["details"])


async def test_ocsf_events_have_their_classes(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Signing in is Authentication, all else API Activity; a refusal is a failure."""
    person = await found_organization(room, app)
    await sign_in(visit(), person)
    await app.put("/api/v1/password", json={"current": "x", "new": "x"})
    await room.audit_tree.seal()
    answer = await app.get(f"{LOGS}/export", params={"format": "ocsf"})
    events: list[dict[str, Any]] = [
        json.loads(line) for line in answer.text.splitlines()
    ]
    by_code = {each["metadata"]["event_code"]: each for each in events}
    signed = by_code["session.create"]
    assert (signed["class_uid"], signed["type_uid"]) == (3002, 300201)
    assert signed["user"]["email_addr"] == person.email
    refused = by_code["password.change"]
    assert (refused["class_uid"], refused["status_id"]) == (6003, 2)
    assert refused["status_detail"] == "wrong-password"
    assert refused["api"] == {"operation": "password.change"}
    for each in events:
        assert each["type_uid"] == each["class_uid"] * 100 + each["activity_id"]
        assert each["category_uid"] == each["class_uid"] // 1000
        assert each["time"] > 1_700_000_000_000
    sequence = [each["metadata"]["sequence"] for each in events]
    assert sequence == list(range(len(events)))


async def test_a_filter_that_cannot_be_used_exports_nothing(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """It is refused before the first line."""
    await furnish(room, app)
    answer = await app.get(f"{LOGS}/export", params={"actor": "a\0b"})
    assert answer.status_code == 422


async def test_tiles_over_the_network_verify(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """They hold the caller's own tree; other paths, and other people, get nothing."""
    key = await furnish(room, app)
    fetched: dict[str, bytes] = {}
    size = (await app.get(f"{LOGS}/checkpoint")).text.splitlines()[1]
    for path in ("checkpoint", f"tile/0/000.p/{size}"):
        answer = await app.get(f"{LOGS}/{path}")
        assert answer.status_code == 200, path
        fetched[path] = answer.content

    def read(path: str) -> bytes:
        if path not in fetched:
            raise TilesBroken(path)
        return fetched[path]

    verdict = verify_tiles(read, [key])
    assert (verdict.holds, verdict.hashes_only, verdict.size) == (True, True, int(size))
    for odd in ("tile/0/..%2f..%2fcheckpoint", "tile/0/999", "tile/x", "tile/0/000.p"):
        assert (await app.get(f"{LOGS}/{odd}")).status_code == 404, odd
    other = visit()
    await found_organization(room, other)
    assert (await other.get(f"{LOGS}/tile/0/000.p/{size}")).status_code == 404


async def test_an_auditor_reads_and_changes_nothing(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """Reading, exporting and verifying pass; whatever writes is refused, on record."""
    await furnish(room, app)
    auditor = visit()
    await sign_in(auditor, await join(room, await organization_of(app), "auditor"))
    for path in (LOGS, f"{LOGS}/export", f"{LOGS}/checkpoint", "/api/v1/log-streams"):
        assert (await auditor.get(path)).status_code == 200, path
    view = {"name": "Mine", "outcome": "refused"}
    stream = {"name": "SIEM", "target": "https://logs.invalid/"}
    organization = f"/api/v1/organizations/{await organization_of(app)}"
    refused = [
        await auditor.post("/api/v1/audit-views", json=view),
        await auditor.post("/api/v1/log-streams", json=stream),
        await auditor.patch(organization, json={"name": "Taken"}),
        await auditor.post("/api/v1/keys"),
    ]
    for answer in refused:
        assert answer.status_code == 403
        [(_, outcome, reason)] = await recorded(room, answer)
        assert (outcome, reason) == ("refused", "forbidden")


async def test_views_are_kept_for_everybody_who_reads(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """An admin keeps one, an auditor uses it, another organization sees none."""
    await furnish(room, app)
    form = {"name": "Refused", "outcome": "refused"}
    made = await app.post("/api/v1/audit-views", json=form)
    assert made.status_code == 201
    assert await recorded(room, made) == [("audit-view.create", "done", None)]
    again = await app.post("/api/v1/audit-views", json=form)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/view-exists")
    auditor, other = visit(), visit()
    await sign_in(auditor, await join(room, await organization_of(app), "auditor"))
    [seen] = (await auditor.get("/api/v1/audit-views")).json()
    assert (seen["name"], seen["filters"]) == ("Refused", {"outcome": "refused"})
    await found_organization(room, other)
    assert (await other.get("/api/v1/audit-views")).json() == []
    address = f"/api/v1/audit-views/{made.json()['id']}"
    assert (await other.delete(address)).status_code == 404
    assert (await app.delete(address)).status_code == 204


async def test_views_on_the_page(room: Strongroom, browser: httpx.AsyncClient) -> None:
    """A narrowed page offers to keep its filter; the export keeps it too."""
    await furnish(room, browser)
    page = await browser.get("/console/audit", params={"outcome": "refused"})
    assert "Keep this filter as" in page.text
    assert "export?format=csv&amp;outcome=refused" in page.text
    form = {"name": "What was <refused>", "outcome": "refused"}
    answer = await browser.post("/console/audit/views", data=form)
    assert answer.headers["location"] == "/console/audit?outcome=refused"
    page = await browser.get("/console/audit?outcome=refused")
    assert 'aria-current="page">What was &lt;refused&gt;</a>' in page.text
    assert "Delete the view" in page.text


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x1bb"])
async def test_a_view_needs_a_name(
    room: Strongroom, app: httpx.AsyncClient, name: str
) -> None:
    """What nobody could read is no name."""
    await found_organization(room, app)
    answer = await app.post("/api/v1/audit-views", json={"name": name, "action": "a"})
    assert answer.status_code == 422
