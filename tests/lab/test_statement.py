"""What is signed about a run: enough for a stranger, and nothing that is secret."""

import json
from datetime import UTC, datetime, timedelta

import msgspec

from strongroom.claims import load_profile
from strongroom.lab import (
    Evidence,
    Lab,
    Outcome,
    Twin,
    Vantage,
    attestation_of,
    proof,
    sabotage,
    statement_of,
)


NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLAIM = load_profile("default").claims["edge.hsts"]


@sabotage("the lamp is out", tells="dark")
async def no_light(_: Twin) -> None:
    """Switch it off."""


@proof(CLAIM.id, vantage=Vantage.OUTSIDE, sabotages=[no_light])
async def look(_: Lab) -> Evidence:
    """Look."""
    return Evidence(1, "it answers")


def test_a_run_is_told_in_full() -> None:
    """Its subject is the sentence and the build; the predicate is what was seen."""
    outcome = Outcome("passed", NOW, NOW, None, 3, "it answers", {"colour": "blue"})
    until = NOW + timedelta(minutes=25)
    told = statement_of(
        CLAIM,
        look,
        outcome,
        {"bites": []},
        target="https://lamp.invalid",
        build="cafe",
        fresh_until=until,
    )
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert told["subject"] == [
        {"name": "claim:edge.hsts", "digest": {"sha256": CLAIM.digest()}},
        {"name": "build:strongroom", "digest": {"sha256": "cafe"}},
    ]
    predicate = told["predicate"]
    assert predicate["statement"] == CLAIM.statement
    assert predicate["expected"] == CLAIM.expect
    assert predicate["freshUntil"] == until.isoformat()
    assert (predicate["result"], predicate["population"]) == ("passed", 3)
    assert predicate["proof"]["vantage"] == "outside"
    assert json.loads(json.dumps(told)) == told


def test_another_sentence_is_another_subject() -> None:
    """Editing one letter of the statement, or what it expects, changes the digest."""
    edited = msgspec.structs.replace(CLAIM, statement=f"{CLAIM.statement}!")
    loosened = msgspec.structs.replace(CLAIM, expect={"max_age": 1})
    assert len({CLAIM.digest(), edited.digest(), loosened.digest()}) == 3


def test_a_note_is_not_the_subject() -> None:
    """What stands beside the sentence may change without new evidence."""
    noted = msgspec.structs.replace(CLAIM, note="Measured at noon.")
    assert noted.digest() == CLAIM.digest()


def test_a_word_is_told_in_full() -> None:
    """A named human's word says for what, by whom, since and until when."""
    until = NOW + timedelta(days=90)
    told = attestation_of(CLAIM, "Ada Example", made_at=NOW, valid_until=until)
    assert told["subject"][0]["digest"] == {"sha256": CLAIM.digest()}
    assert told["predicate"] == {
        "statement": CLAIM.statement,
        "by": "Ada Example",
        "madeOn": NOW.isoformat(),
        "validUntil": until.isoformat(),
    }
