"""The tree over the network: checkpoints, proofs, and exports that verify."""

import csv
import io
from datetime import UTC, datetime

import httpx
import pytest

from strongroom.audit import Actor, Entry, Target
from strongroom.kernel import Origin
from strongroom.room import Strongroom
from strongroom.tlog import VerifierKey, verify_export
from tests.conftest import Visit
from tests.people import found_organization, join, organization_of, sign_in
from tests.records import recorded


LOGS = "/api/v1/audit-logs"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


async def newest(app: httpx.AsyncClient) -> str:
    """Return the id of the newest entry."""
    entries = (await app.get(LOGS, params={"limit": 1})).json()["entries"]
    return str(entries[0]["id"])


async def test_an_entry_gets_its_place_and_its_proof(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Until it is sealed the answer is a conflict that says to wait."""
    await found_organization(room, app)
    entry = await newest(app)
    early = await app.get(f"{LOGS}/{entry}/place")
    assert (early.status_code, early.json()["type"]) == (
        409,
        "/problems/not-sealed-yet",
    )
    await room.audit_tree.seal()
    place = (await app.get(f"{LOGS}/{entry}/place")).json()
    assert place["leaf"] == place["tree_size"] - 1
    proof = await app.get(f"{LOGS}/{entry}/proof")
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\n")
    note = await app.get(f"{LOGS}/checkpoint")
    assert note.headers["content-type"].startswith("text/plain")
    assert proof.text.endswith(note.text)
    assert VerifierKey.parse(place["key"]).name in note.text


async def test_the_export_verifies_and_is_on_record(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Whoever takes the log out leaves an entry, and holds something checkable."""
    await found_organization(room, app)
    await room.audit_tree.seal()
    note = (await app.get(f"{LOGS}/checkpoint")).content
    answer = await app.get(f"{LOGS}/export")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert "attachment" in answer.headers["content-disposition"]
    assert await recorded(room, answer) == [("audit.export", "done", None)]
    key = room.audit_tree.verifier_key(await organization_of(app))
    lines = answer.content.splitlines()
    verdict = verify_export(lines, [key], [note], now=datetime.now(UTC))
    assert verdict.holds, verdict.findings
    assert verdict.entries == len(lines) - 1 > 0


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_only_administrators_take_the_log_out(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit, role: str
) -> None:
    """Others are refused, and the refusal is on record."""
    await found_organization(room, app)
    person = await join(room, await organization_of(app), role)  # type: ignore[arg-type]
    other = visit()
    await sign_in(other, person)
    answer = await other.get(f"{LOGS}/export")
    assert answer.status_code == 403
    assert await recorded(room, answer) == [("audit.export", "refused", "forbidden")]


async def test_a_spreadsheet_runs_nothing(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """Text that looks like a formula, or like another line, stays text in one cell."""
    await found_organization(room, app)
    organization = await organization_of(app)
    hostile = (
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "a\r\nb",
        "\x1b[31m",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        "\u202e=1",
        "\u2066+1",
    )
    async with room.db.system(reason="write hostile entries in a test") as tx:
        for text in hostile:
            origin = Origin("192.0.2.1", text, "request")
            entry = Entry(
                "test.act",
                Actor("account", None, text),
                Target("test", text),
                organization,
                origin=origin,
            )
            await room.audit.record(tx, entry)
    await room.audit_tree.seal()
    answer = await app.get(f"{LOGS}/export", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = [row for row in rows if row["action"] == "test.act"]
    assert len(found) == len(hostile)
    for row in rows:
        for value in row.values():
            assert not value.lstrip().startswith(FORMULA)
            assert value.isprintable()


async def test_an_unknown_format_is_refused(
    room: Strongroom, app: httpx.AsyncClient
) -> None:
    """There are three; anything else changes nothing and exports nothing."""
    await found_organization(room, app)
    answer = await app.get(f"{LOGS}/export", params={"format": "xlsx"})
    assert answer.status_code == 422


async def test_a_page_tells_where_an_entry_stands(
    room: Strongroom, app: httpx.AsyncClient, visit: Visit
) -> None:
    """For people too: its place, its proof, and the command that verifies all."""
    person = await found_organization(room, app)
    browser = visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
    await sign_in(browser, person)
    entry = await newest(app)
    assert "It is too new" in (await browser.get(f"/console/audit/{entry}")).text
    await room.audit_tree.seal()
    page = (await browser.get(f"/console/audit/{entry}")).text
    assert f"/api/v1/audit-logs/{entry}/proof" in page
    assert "strongroom audit verify audit.ndjson --key strongroom.test/audit/" in page
    listed = (await browser.get("/console/audit")).text
    assert f'href="/console/audit/{entry}"' in listed
    assert "kept for 365 days" in listed
