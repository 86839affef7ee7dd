"""The security page for people: the sentences, how they stand, and nothing hidden."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from strongroom.claims import Profile
from strongroom.db import move_uses
from strongroom.kernel import utc_now
from strongroom.lab import Outcome, build_digest, read_sentences
from strongroom.room import Strongroom
from strongroom.server.labs import all_proofs
from strongroom.trust import SabotageRecord, Subject, Trust
from strongroom.trust.pages import ago, show_steps, span
from tests.conftest import KEYS, PUBLIC_URL


@pytest.fixture
def trust(room: Strongroom, profile: Profile) -> Trust:
    """Return the page that the house shows."""
    return Trust(room.db, KEYS, Subject(profile, all_proofs(), PUBLIC_URL))


async def keep(
    trust: Trust, claim_id: str, result: Any, reason: str | None = None, times: int = 1
) -> None:
    """Keep runs of a claim's proof, each with its sabotage caught."""
    now = utc_now()
    bites = ({"what": "it was broken", "caught": True, "said": "I saw it"},)
    record = SabotageRecord(now, build_digest(), bites)
    for _ in range(times):
        outcome = Outcome(result, now, now, reason, 3, "it answers", {})
        await trust.record(trust.profile.claims[claim_id], outcome, record)


async def test_every_claim_stands_on_the_page(
    browser: httpx.AsyncClient, profile: Profile
) -> None:
    """With its own words and a status; what is not built yet is not hidden."""
    answer = await browser.get("/security")
    assert answer.status_code == 200
    stated = {
        each.claim: each
        for each in read_sentences(answer.text)
        if each.place == "statement"
    }
    assert set(stated) == set(profile.claims)
    for claim in profile.claims.values():
        assert stated[claim.id].words == claim.statement
    assert stated["vault.rotation"].status == "unproven"
    assert stated["posture.hipaa"].status == "declined"


@pytest.mark.parametrize(
    ("claim_id", "result", "status"),
    [
        ("tenancy.rows", "passed", "proved"),
        ("tenancy.context", "failed", "failing"),
        ("audit.complete", "unprovable", "unproven"),
    ],
)
async def test_the_page_shows_how_a_claim_stands(
    browser: httpx.AsyncClient, trust: Trust, claim_id: str, result: str, status: str
) -> None:
    """Wherever the sentence stands, the same status stands beside it."""
    await keep(trust, claim_id, result, "it was seen to be dark", times=2)
    answer = await browser.get("/security")
    shown = {
        each.status for each in read_sentences(answer.text) if each.claim == claim_id
    }
    assert shown == {status}


async def test_a_server_of_its_own_authority_says_whom_to_trust(
    room: Strongroom, profile: Profile
) -> None:
    """Whoever copies a command needs the file; a public certificate needs none."""
    for own, wanted in ((True, 2), (False, 0)):
        subject = Subject(profile, all_proofs(), PUBLIC_URL, own_authority=own)
        trust = Trust(room.db, KEYS, subject)
        steps = show_steps(trust, await trust.standing("trust.security-txt"))
        commands = " ".join(each["command"] or "" for each in steps)
        assert commands.count(" --ca FILE ") + commands.count(" --cacert ") == wanted


async def test_a_claim_has_a_page_with_its_evidence(
    browser: httpx.AsyncClient, trust: Trust
) -> None:
    """The statement that was signed, the sabotages, and how to repeat the proof."""
    await keep(trust, "trust.security-txt", "passed")
    answer = await browser.get("/security/trust.security-txt")
    assert answer.status_code == 200
    for words in (
        "it was broken",
        "I saw it",
        "freshUntil",
        f"strongroom prove -k trust.security-txt {PUBLIC_URL}",
        "/.well-known/strongroom/evidence/trust.security-txt",
    ):
        assert words in answer.text, words


async def test_a_red_claim_says_why(browser: httpx.AsyncClient, trust: Trust) -> None:
    """The reason is on the page, and mark-up in it is only text."""
    await keep(
        trust, "passwords.policy", "failed", "<script>alert(1)</script>", times=2
    )
    for path in ("/security", "/security/passwords.policy"):
        answer = await browser.get(path)
        assert "&lt;script&gt;alert(1)" in answer.text
        assert "<script>alert(1)" not in answer.text


async def test_a_claim_that_is_not_made_has_no_page(browser: httpx.AsyncClient) -> None:
    """Whoever guesses an id finds nothing, and it is not repeated."""
    answer = await browser.get("/security/nobody.claims-this")
    assert answer.status_code == 404
    assert "nobody.claims-this" not in answer.text


async def test_the_page_needs_nobody_else(browser: httpx.AsyncClient) -> None:
    """No script, style or picture of another site, and none written inline."""
    text = (await browser.get("/security")).text
    assert "<style" not in text
    assert " style=" not in text
    for attribute in ("src=", 'rel="stylesheet" href='):
        for part in text.split(attribute)[1:]:
            assert part.startswith(('"/', "'/")), part[:60]


async def test_ways_across_the_wall_are_counted_in_public(
    browser: httpx.AsyncClient, room: Strongroom
) -> None:
    """Each reason to open the system door stands there, with how often it served."""
    for _ in range(1234):
        room.db.system(reason="test the count")
    await move_uses(room.db)
    text = (await browser.get("/security")).text
    row = text[text.index("test the count") :]
    assert "1,234" in row[: row.index("</tr>")]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=3), "3 days"),
    ],
    ids=str,
)
def test_lengths_are_told_in_their_largest_unit(length: timedelta, words: str) -> None:
    """As people say them, rounded down: what is nearly a day old is hours old."""
    assert span(length) == words


def test_how_long_ago() -> None:
    """Less than a minute is just now."""
    assert ago(timedelta(seconds=59)) == "just now"
    assert ago(timedelta(minutes=5)) == "5 minutes ago"
