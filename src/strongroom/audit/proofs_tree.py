"""Whoever owns the database changes entries, and the offline verifier names it."""

import asyncio
import base64
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from strongroom.db import Tx
from strongroom.kernel import utc_now
from strongroom.lab import (
    Contradicted,
    Evidence,
    Lab,
    Twin,
    Vantage,
    proof,
    require,
    require_provable,
    sabotage,
)
from strongroom.tlog import (
    Checkpoint,
    SigningKey,
    TileFolder,
    VerifierKey,
    root_of,
    verify_export,
    write_whole,
)

from . import policy, service, store
from .service import ORGANIZATIONS_KEY
from .settings import SHORTEST


LOGS = "/api/v1/audit-logs"
SEALED_WITHIN = 10
"""Seconds; the turns come every second."""


@sabotage("an export tells an entry otherwise", tells="edited")
async def a_kinder_export(twin: Twin) -> None:
    """Leave out that something was refused, and whatever else came of it."""
    leaf_line = policy.leaf_line

    def kinder(row: Any, sealed_hash: bytes) -> bytes:
        told = json.loads(leaf_line(row, sealed_hash))
        if told["entry"]:
            told["entry"]["outcome"] = "fine"
        return json.dumps(told).encode() + b"\n"

    twin.change(policy, "leaf_line", kinder)


@sabotage("one kind of entry is never sealed", tells="is not sealed")
async def an_unsealed_kind(twin: Twin) -> None:
    """Leave sign-ins out of every tree."""
    unsealed = store.unsealed

    async def most(*given: Any) -> list[Any]:
        return [r for r in await unsealed(*given) if r["action"] != "session.create"]

    twin.change(store, "unsealed", most)


@sabotage("a checkpoint covers only what is new", tells="rewritten")
async def a_forgetful_checkpoint(twin: Twin) -> None:
    """Sign a root that the older entries have no part in."""

    def forget(
        tiles: TileFolder, key: SigningKey, signed: int, hashes: Sequence[bytes]
    ) -> None:
        fresh = hashes[1:] if signed else hashes
        if fresh:
            tiles.append(signed, fresh)
            point = Checkpoint(key.name, signed + len(fresh), root_of(fresh[-1:]))
            write_whole(tiles.checkpoint, point.signed(key))

    twin.change(service, "extend", forget)


TAMPERING = {
    "an entry is edited": (
        (
            "update strongroom.audit_entries e set outcome = 'refused'"
            " from strongroom.audit_leaves l where l.entry_id = e.id and e.id = $1"
        ),
        "edited",
    ),
    "an entry is deleted": (
        "delete from strongroom.audit_entries where id = $1",
        "missing",
    ),
    "the end is cut off": (
        (
            "with cut as (select organization_id as o, leaf as n from"
            " strongroom.audit_leaves where entry_id = $1)"
            " delete from strongroom.audit_leaves using cut"
            " where organization_id = cut.o and leaf >= cut.n"
        ),
        "cut",
    ),
    "an entry stands in another's place": (
        (
            "update strongroom.audit_leaves l set occurred_at = o.occurred_at,"
            " facts = o.facts, personal = o.personal from strongroom.audit_leaves o"
            " where l.entry_id = $1 and o.organization_id = l.organization_id"
            " and o.leaf = 0"
        ),
        "edited",
    ),
    "entry and leaf are made anew together": (
        (
            "with edited as (update strongroom.audit_entries set outcome = 'refused'"
            " where id = $1) update strongroom.audit_leaves set facts = sha256('anew')"
            " where entry_id = $1"
        ),
        "edited",
    ),
    "everything is truncated": (
        (
            "with tree as (select organization_id as o from strongroom.audit_leaves"
            " where entry_id = $1), gone as (delete from strongroom.audit_entries"
            " using tree where organization_id = tree.o)"
            " delete from strongroom.audit_leaves using tree"
            " where organization_id = tree.o"
        ),
        "cut",
    ),
}
"""What whoever owns the database can do, and what the verifier calls it."""

TOLD_ANEW = "the tree is told anew, and signed with the right key"


@proof(
    "audit.tamper-evident",
    vantage=Vantage.INSIDE,
    sabotages=[a_kinder_export, an_unsealed_kind, a_forgetful_checkpoint],
)
async def no_change_goes_unseen(lab: Lab) -> Evidence:
    """Tamper with a canary's log in every way, undone at once; each way is named."""
    _, earlier = await sealed(lab)
    entry_id, _ = await sealed(lab)
    lines = await exported(lab)
    keys = await published_keys(lab, lines)
    verdict = verify_export(lines, keys, [earlier], now=utc_now())
    require(verdict.holds, f"untouched, the log reads {verdict.findings[:1]}")
    stored = await tampered(lab, lines, "select $1::uuid", entry_id)
    found = verify_export(stored, keys, [earlier], now=utc_now()).findings
    require(not found, f"as it is stored, the log reads {found[:1]}")
    attempts = {
        name: (await tampered(lab, lines, statement, entry_id), what)
        for name, (statement, what) in TAMPERING.items()
    }
    attempts[TOLD_ANEW] = (retold(lab, lines, keys[0].name), "rewritten")
    for name, (told, what) in attempts.items():
        found = verify_export(told, keys, [earlier], now=utc_now()).findings
        named = what in {finding.what for finding in found}
        require(named, f"{name}, and the verifier finds {found[:1]}")
    return Evidence(
        population=len(attempts),
        positive=f"untouched, the log of {verdict.size} entries holds",
        observed={"named": [*attempts]},
    )


async def sealed(lab: Lab) -> tuple[UUID, bytes]:
    """Sign in, wait until that entry is sealed, return it and the checkpoint."""
    async with lab.signed_in("a", "admin") as admin:
        page = await admin.get(LOGS, params={"limit": 1, "action": "session.create"})
        require_provable(page.is_success, f"{LOGS} answers {page.status_code}")
        entry_id = page.json()["entries"][0]["id"]
        for _ in range(SEALED_WITHIN * 4):
            place = await admin.get(f"{LOGS}/{entry_id}/place")
            if place.is_success:
                note = await admin.get(f"{LOGS}/checkpoint")
                return UUID(entry_id), note.content
            await asyncio.sleep(0.25)
    message = f"an entry is not sealed within {SEALED_WITHIN} s"
    raise Contradicted(message)


async def exported(lab: Lab) -> list[bytes]:
    """Return the canary's own export, as it came over the network."""
    async with lab.signed_in("a", "admin") as admin:
        answer = await admin.get(f"{LOGS}/export")
    require(answer.is_success, f"{LOGS}/export answers {answer.status_code}")
    return answer.content.splitlines()


async def published_keys(lab: Lab, lines: Sequence[bytes]) -> list[VerifierKey]:
    """Return every published key under the name that the export's tree has."""
    answer = await lab.http.get("/.well-known/strongroom/jwks.json")
    name = str(json.loads(lines[0])["checkpoint"]).partition("\n")[0]
    raw = [base64.urlsafe_b64decode(key["x"] + "==") for key in answer.json()["keys"]]
    return [VerifierKey(name, each) for each in raw]


async def tampered(
    lab: Lab, lines: Sequence[bytes], statement: str, entry_id: UUID
) -> list[bytes]:
    """Return the export as it would be after *statement*, which is undone at once."""
    canary, leaves = await lab.canary("a"), leaves_in(lines)
    async with lab.inside.database() as database:
        trial = database.transaction()
        await trial.start()
        try:
            await database.fetch(statement, entry_id)
            rows = await store.leaves(Tx(database), canary.id, 0, len(leaves))
        finally:
            await trial.rollback()
    return [lines[0], *(policy.leaf_line(row, leaves[row["leaf"]]) for row in rows)]


def retold(lab: Lab, lines: Sequence[bytes], name: str) -> list[bytes]:
    """Return the export with another first entry, signed as only the house can."""
    first = json.dumps({**json.loads(lines[-1]), "index": 0}).encode()
    told = [first, *lines[2:]]
    leaves = leaves_in([b"", *told])
    key = SigningKey(name, lab.inside.keys.signing_key(ORGANIZATIONS_KEY))
    point = Checkpoint(name, len(leaves), root_of(leaves)).signed(key)
    return [policy.head_line(point, SHORTEST), *told]


def leaves_in(lines: Sequence[bytes]) -> list[bytes]:
    """Return the leaf hashes of an export's lines."""
    return [bytes.fromhex(json.loads(line)["leaf"]) for line in lines[1:]]
