"""Evidence is signed and kept; statuses, words and history are computed from it."""

import json
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from strongroom.claims import Kind
from strongroom.crypto import open_envelope, public_keys
from strongroom.kernel import NotFound
from strongroom.privacy import Privacy, Retention
from strongroom.room import Strongroom
from strongroom.trust import NotAttestable, SabotageRecord, Status, Trust

from .conftest import (
    CAUGHT,
    HOUR,
    START,
    Clock,
    Lamp,
    MakeTrust,
    new_claim,
    outcome_at,
)


def record_of(trust: Trust, at: datetime = START) -> SabotageRecord:
    """Return that every sabotage was caught at that moment, on this build."""
    return SabotageRecord(at, trust.build, CAUGHT)


async def days_of(room: Strongroom, claim_id: str) -> dict[str, float]:
    """Return the seconds that were kept for a claim, by status."""
    rows = await room.db.system(reason="read a history in a test").fetch(
        "select status, seconds from strongroom.claim_days where claim = $1", claim_id
    )
    return {row["status"]: row["seconds"] for row in rows}


async def test_a_claim_begins_unproven(trust_in: MakeTrust) -> None:
    """Before its proof has run, it has no evidence and no green."""
    claim = new_claim()
    (standing,) = await trust_in(claim, lamp=Lamp()).standings()
    assert standing.status is Status.UNPROVEN
    assert (standing.latest, standing.proved_at) == (None, None)


async def test_evidence_is_signed_and_kept(trust_in: MakeTrust) -> None:
    """The envelope verifies with the published key and says until when it counts."""
    claim = new_claim()
    trust = trust_in(claim, lamp=Lamp())
    await trust.record(claim, outcome_at(START), record_of(trust))
    (kept,) = await trust.runs(claim.id)
    statement = open_envelope(kept.envelope, public_keys(trust.key_set()))
    assert statement["subject"][0]["digest"]["sha256"] == claim.digest()
    predicate = statement["predicate"]
    assert predicate["freshUntil"] == kept.fresh_until.isoformat()
    assert predicate["freshUntil"] == (START + 2.5 * HOUR).isoformat()
    assert predicate["sabotage"]["bites"] == list(CAUGHT)
    standing = await trust.standing(claim.id)
    assert (standing.status, standing.proved_at) == (Status.PROVED, START)


async def test_evidence_goes_stale_by_itself(trust_in: MakeTrust, clock: Clock) -> None:
    """Nobody needs to do anything for green to fade."""
    claim = new_claim()
    trust = trust_in(claim, lamp=Lamp())
    await trust.record(claim, outcome_at(START), record_of(trust))
    clock.advance(2.5 * HOUR - timedelta(seconds=1))
    assert (await trust.standing(claim.id)).status is Status.PROVED
    clock.advance(timedelta(seconds=1))
    assert (await trust.standing(claim.id)).status is Status.STALE


async def test_evidence_of_an_edited_sentence_no_longer_counts(
    trust_in: MakeTrust,
) -> None:
    """The same claim in other words is unproven until its proof has run again."""
    claim = new_claim()
    edited = msgspec.structs.replace(claim, statement="The lamp is always on.")
    before, after = trust_in(claim, lamp=Lamp()), trust_in(edited, lamp=Lamp())
    await before.record(claim, outcome_at(START), record_of(before))
    assert (await before.standing(claim.id)).status is Status.PROVED
    assert (await after.standing(claim.id)).status is Status.UNPROVEN
    await after.record(edited, outcome_at(START), record_of(after))
    assert (await after.standing(claim.id)).status is Status.PROVED


async def test_two_failures_turn_a_claim_red(trust_in: MakeTrust) -> None:
    """The first is a doubt, the second a contradiction; a pass ends both."""
    claim = new_claim()
    trust = trust_in(claim, lamp=Lamp())
    seen = []
    for result in ("passed", "failed", "failed", "passed"):
        outcome = outcome_at(
            START, result, None if result == "passed" else "it is dark"
        )
        await trust.record(claim, outcome, record_of(trust))
        seen.append((await trust.standing(claim.id)).status.value)
    assert seen == ["proved", "unproven", "failing", "proved"]


async def test_runs_come_newest_first(trust_in: MakeTrust) -> None:
    """And no more than are asked for."""
    claim = new_claim()
    trust = trust_in(claim, lamp=Lamp())
    moments = [START + minutes * timedelta(minutes=1) for minutes in range(5)]
    for moment in moments:
        await trust.record(claim, outcome_at(moment), None)
    runs = await trust.runs(claim.id, limit=3)
    assert [run.finished_at for run in runs] == moments[:1:-1]
    assert await trust.runs("lamp.nobody") == []


async def test_a_word_has_a_life(trust_in: MakeTrust, clock: Clock) -> None:
    """Unproven, attested, expired; and an edited sentence has nobody's word."""
    claim = new_claim(Kind.ATTESTED)
    edited = msgspec.structs.replace(claim, statement="The lamp is always on.")
    trust = trust_in(claim)
    assert (await trust.standing(claim.id)).status is Status.UNPROVEN
    word = await trust.attest(claim.id, "Ada Example", START + HOUR)
    assert (await trust.standing(claim.id)).status is Status.ATTESTED
    assert (await trust_in(edited).standing(claim.id)).status is Status.UNPROVEN
    signed = open_envelope(word.envelope, public_keys(trust.key_set()))
    assert signed["predicate"]["by"] == "Ada Example"
    clock.advance(HOUR)
    assert (await trust.standing(claim.id)).status is Status.EXPIRED
    await trust.attest(claim.id, "Ada Example", START + 2 * HOUR)
    assert (await trust.standing(claim.id)).status is Status.ATTESTED


@pytest.mark.parametrize(
    ("made_by", "until"),
    [
        ("Ada Example", START),
        ("Ada Example", START - HOUR),
        ("", START + HOUR),
        (" ", START + HOUR),
    ],
    ids=["ends now", "ended before", "no name", "a blank name"],
)
async def test_a_word_needs_a_name_and_a_day(
    trust_in: MakeTrust, made_by: str, until: datetime
) -> None:
    """Nobody's word, or one that has ended already, is refused."""
    claim = new_claim(Kind.ATTESTED)
    trust = trust_in(claim)
    with pytest.raises(NotAttestable):
        await trust.attest(claim.id, made_by, until)
    assert (await trust.standing(claim.id)).attestation is None


@pytest.mark.parametrize(
    "kind", [Kind.PROVED, Kind.MEASURED, Kind.DECLINED, Kind.PRINCIPLE]
)
async def test_no_word_replaces_a_proof(trust_in: MakeTrust, kind: Kind) -> None:
    """Only what is claimed as attested can be attested."""
    claim = new_claim(kind)
    with pytest.raises(NotAttestable, match="nobody's word counts"):
        await trust_in(claim).attest(claim.id, "Ada Example", START + HOUR)


async def test_what_is_not_claimed_is_not_found(trust_in: MakeTrust) -> None:
    """Neither a standing nor a word for it."""
    trust = trust_in(new_claim(Kind.ATTESTED))
    with pytest.raises(NotFound):
        await trust.standing("lamp.nobody")
    with pytest.raises(NotFound):
        await trust.attest("lamp.nobody", "Ada Example", START + HOUR)


async def test_history_adds_up(
    room: Strongroom, trust_in: MakeTrust, clock: Clock
) -> None:
    """Each turn's seconds are added to the status that the claim then had."""
    claim = new_claim()
    clock.now = datetime.now(tz=START.tzinfo)
    trust = trust_in(claim, lamp=Lamp())
    await trust.observe(10.0)
    await trust.record(claim, outcome_at(clock.now), record_of(trust, clock.now))
    await trust.observe(20.0)
    await trust.observe(1.5)
    assert await days_of(room, claim.id) == {"unproven": 10.0, "proved": 21.5}
    today = (await trust.history())[claim.id][-1]
    assert today.seconds == {"unproven": 10.0, "proved": 21.5}
    assert sum(today.seconds.values()) <= today.length + 60


async def test_an_edited_sentence_begins_a_new_strip(
    trust_in: MakeTrust, clock: Clock
) -> None:
    """What the old words went through is not the new words' history."""
    claim = new_claim()
    clock.now = datetime.now(tz=START.tzinfo)
    edited = msgspec.structs.replace(claim, statement="The lamp is always on.")
    before, after = trust_in(claim, lamp=Lamp()), trust_in(edited, lamp=Lamp())
    await before.observe(30.0)
    assert (await before.history())[claim.id][-1].seconds == {"unproven": 30.0}
    assert (await after.history())[claim.id][-1].seconds == {}


async def test_old_evidence_is_forgotten(
    room: Strongroom, trust_in: MakeTrust, privacy: Privacy
) -> None:
    """After ninety days, and not before."""
    claim = new_claim()
    now = datetime.now(tz=START.tzinfo)
    trust = trust_in(claim, lamp=Lamp())
    kept = now - timedelta(days=89)
    for moment in (now - timedelta(days=91), kept):
        await trust.record(claim, outcome_at(moment), None)
    async with room.db.system(reason="make an old history in a test") as tx:
        for back in (89, 91):
            await tx.execute(
                "insert into strongroom.claim_days values ($1, 'x', $2, 'proved', 1)",
                claim.id,
                (now - timedelta(days=back)).date(),
            )
    await Retention(privacy).turn()
    assert [run.finished_at for run in await trust.runs(claim.id)] == [kept]
    assert await days_of(room, claim.id) == {"proved": 1.0}


async def test_nothing_sets_a_status(trust_in: MakeTrust) -> None:
    """No verb of the page takes a status, so nobody can set one by hand."""
    verbs = {name for name in dir(Trust) if not name.startswith("_")}
    assert not {verb for verb in verbs if "status" in verb or "override" in verb}
    claim = new_claim()
    trust = trust_in(claim, lamp=Lamp())
    await trust.record(claim, outcome_at(START, "unprovable", "no browser"), None)
    assert (await trust.standing(claim.id)).status is Status.UNPROVEN


async def test_two_pages_in_one_database_stay_apart(trust_in: MakeTrust) -> None:
    """A page shows its own claims only, in the order in which it makes them."""
    first, second, third = new_claim(), new_claim(), new_claim()
    await trust_in(third, lamp=Lamp()).observe(1.0)
    shown = await trust_in(second, first).standings()
    assert [each.claim.id for each in shown] == [second.id, first.id]


async def test_what_is_signed_is_what_is_kept(trust_in: MakeTrust) -> None:
    """The row and its envelope agree, member by member."""
    claim = new_claim(expect={"watts": 60})
    trust = trust_in(claim, lamp=Lamp())
    marker = str(uuid4())
    await trust.record(claim, outcome_at(START, "failed", marker), record_of(trust))
    (kept,) = await trust.runs(claim.id)
    signed: dict[str, Any] = json.loads(b64decode(kept.envelope["payload"]))[
        "predicate"
    ]
    assert (signed["result"], signed["reason"]) == (kept.result, kept.reason)
    assert (signed["population"], signed["expected"]) == (
        kept.population,
        {"watts": 60},
    )
