"""How a status is computed: the whole table, and its borders to the second."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from strongroom.claims import Claim, Contact, Kind, Profile
from strongroom.trust import Attestation, Run, SabotageRecord, Status, status_of
from strongroom.trust.policy import (
    DAYS,
    LONGEST_FRESHNESS,
    TEETH_FOR,
    fresh_for,
    security_txt,
    strip,
)
from strongroom.trust.proofs import parse_security_txt

from .conftest import CAUGHT, HOUR, START, new_claim, run_of


SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CLAIM = new_claim()


def computed(
    *runs: Run,
    claim: Claim = CLAIM,
    word: Attestation | None = None,
    has_proof: bool = True,
    build: str = "build",
    now: datetime = START,
) -> tuple[Status, str | None]:
    """Return the status of a claim with these runs, newest first."""
    return status_of(claim, runs, word, has_proof=has_proof, build=build, now=now)


def word_for(claim: Claim, until: datetime = START + HOUR) -> Attestation:
    """Return a human's word for *claim*."""
    return Attestation(claim.id, claim.digest(), "Ada Example", START, until, {})


def with_record(**changes: Any) -> Run:
    """Return a run whose sabotage record differs."""
    record = SabotageRecord(START, "build", CAUGHT)
    return run_of(CLAIM, sabotage=replace(record, **changes))


def test_everything_holds() -> None:
    """Passed, fresh, of this sentence, with teeth of this build: proved."""
    assert computed(run_of(CLAIM)) == (Status.PROVED, None)


NEVER = ({"what": "the lamp is out", "caught": False, "said": "nothing"},)

UNPROVEN: dict[str, tuple[tuple[Run, ...], str]] = {
    "no run": ((), "has not run for this sentence yet"),
    "a run of other words": (
        (run_of(CLAIM, subject_digest="other"),),
        "has not run for this sentence yet",
    ),
    "nobody could tell": (
        (run_of(CLAIM, result="unprovable", reason="no browser here"),),
        "no browser here",
    ),
    "failed once": (
        (run_of(CLAIM, result="failed", reason="it is dark"), run_of(CLAIM)),
        "it is dark",
    ),
    "failed for the first time": (
        (run_of(CLAIM, result="failed", reason="it is dark"),),
        "it is dark",
    ),
    "never sabotaged": (
        (run_of(CLAIM, sabotage=None),),
        "not tried against a sabotage yet",
    ),
    "nothing to sabotage": ((with_record(bites=()),), "survived a sabotage (none)"),
    "a sabotage survived": (
        (with_record(bites=CAUGHT + NEVER),),
        "survived a sabotage (the lamp is out): nothing",
    ),
    "sabotaged on other code": ((with_record(build="old"),), "of this build yet"),
    "sabotaged too long ago": (
        (with_record(at=START - TEETH_FOR),),
        "more than a day ago",
    ),
}


@pytest.mark.parametrize("runs", UNPROVEN.values(), ids=UNPROVEN)
def test_anything_less_is_unproven(runs: tuple[tuple[Run, ...], str]) -> None:
    """Without any one of the conditions it is not green; the reason says which."""
    status, reason = computed(*runs[0])
    assert status is Status.UNPROVEN
    assert runs[1] in (reason or "")


def test_two_failures_in_a_row_are_red() -> None:
    """One hiccup is not a red page, and a red page is never one hiccup."""
    dark = run_of(CLAIM, result="failed", reason="it is dark")
    assert computed(dark, dark) == (Status.FAILING, "it is dark")


def test_red_does_not_fade() -> None:
    """A contradicted claim stays red, however long ago it was contradicted."""
    dark = run_of(CLAIM, result="failed", reason="it is dark")
    assert computed(dark, dark, now=START + 30 * HOUR)[0] is Status.FAILING


def test_failures_of_other_words_do_not_count() -> None:
    """A sentence is not red for what an earlier sentence failed at."""
    dark = run_of(CLAIM, result="failed", reason="it is dark")
    earlier = replace(dark, subject_digest="other")
    assert computed(dark, earlier)[0] is Status.UNPROVEN
    assert computed(earlier, earlier)[0] is Status.UNPROVEN


def test_a_pass_after_failures_is_green_again() -> None:
    """The newest evidence decides."""
    dark = run_of(CLAIM, result="failed", reason="it is dark")
    assert computed(run_of(CLAIM), dark)[0] is Status.PROVED


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (START + HOUR - SECOND, Status.PROVED),
        (START + HOUR, Status.STALE),
        (START + HOUR + SECOND, Status.STALE),
    ],
    ids=["a second before", "at the end", "a second after"],
)
def test_evidence_ends_to_the_second(now: datetime, status: Status) -> None:
    """At its end it is stale, whoever still holds a copy."""
    assert computed(run_of(CLAIM), now=now)[0] is status


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (TEETH_FOR - SECOND, Status.PROVED),
        (TEETH_FOR, Status.UNPROVEN),
        (TEETH_FOR + SECOND, Status.UNPROVEN),
    ],
    ids=["a second before", "at the end", "a second after"],
)
def test_teeth_last_a_day_to_the_second(age: timedelta, status: Status) -> None:
    """A sabotage caught a day ago no longer vouches for the proof."""
    assert computed(with_record(at=START - age))[0] is status


@pytest.mark.parametrize(
    "changes",
    [{"statement": "The lamp is always on."}, {"expect": {"watts": 60}}],
    ids=["another sentence", "another expectation"],
)
def test_an_edited_claim_needs_new_evidence(changes: dict[str, Any]) -> None:
    """Evidence of other words, or for another expectation, does not count."""
    edited = msgspec.structs.replace(CLAIM, **changes)
    assert computed(run_of(CLAIM), claim=edited)[0] is Status.UNPROVEN
    assert computed(run_of(edited), claim=edited)[0] is Status.PROVED


def test_another_build_needs_new_sabotages() -> None:
    """A proof that was tried on other code has not been tried."""
    assert computed(run_of(CLAIM), build="next")[0] is Status.UNPROVEN


def test_a_claim_without_a_proof_is_unproven() -> None:
    """Old evidence of a proof that is gone turns nothing green."""
    status, reason = computed(run_of(CLAIM), has_proof=False)
    assert (status, reason) == (
        Status.UNPROVEN,
        "not built yet: no proof is bound to this sentence",
    )


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        (Kind.DECLINED, Status.DECLINED, "Not for us."),
        (Kind.PRINCIPLE, Status.PRINCIPLE, None),
    ],
)
def test_what_is_not_claimed_is_never_green(
    kind: Kind, status: Status, reason: str | None
) -> None:
    """Neither runs nor words change what is declined, or only a principle."""
    claim = new_claim(kind)
    found = computed(run_of(claim), claim=claim, word=word_for(claim))
    assert found == (status, reason)


def test_a_word_counts_until_its_day() -> None:
    """Attested until the second of its end, expired from then on."""
    claim = new_claim(Kind.ATTESTED)
    word = word_for(claim)
    before, at = (
        computed(claim=claim, word=word, now=START + HOUR - left)
        for left in (SECOND, timedelta(0))
    )
    assert before == (Status.ATTESTED, "Ada Example stands for it until 1 May 2026")
    assert at == (Status.EXPIRED, "Ada Example's word for it ended on 1 May 2026")


def test_a_word_for_other_words_does_not_count() -> None:
    """An edited sentence has nobody's word."""
    claim = new_claim(Kind.ATTESTED)
    edited = msgspec.structs.replace(claim, statement="The lamp is always on.")
    assert computed(claim=edited, word=word_for(claim))[0] is Status.UNPROVEN
    assert computed(claim=claim)[0] is Status.UNPROVEN


def test_a_run_does_not_attest() -> None:
    """A machine cannot give a human's word."""
    claim = new_claim(Kind.ATTESTED)
    assert computed(run_of(claim), claim=claim)[0] is Status.UNPROVEN


def test_a_word_does_not_prove() -> None:
    """A human cannot turn a proved claim green."""
    assert computed(word=word_for(CLAIM))[0] is Status.UNPROVEN


@pytest.mark.parametrize(
    ("cadence", "fresh"),
    [
        (timedelta(0), 5 * MINUTE),
        (MINUTE, 6 * MINUTE),
        (10 * MINUTE, 25 * MINUTE),
        (HOUR, 150 * MINUTE),
        (48 * HOUR, LONGEST_FRESHNESS),
        (999 * HOUR, LONGEST_FRESHNESS),
    ],
    ids=str,
)
def test_how_long_evidence_is_fresh(cadence: timedelta, fresh: timedelta) -> None:
    """Two and a half turns, five minutes at least, three days at most."""
    assert fresh_for(cadence) == fresh


def test_a_strip_has_ninety_days() -> None:
    """Oldest first, ending today; a day that nobody saw is empty, never green."""
    yesterday = START.date() - timedelta(days=1)
    days = strip({yesterday: {"proved": 3600.0}}, START)
    assert len(days) == DAYS
    assert (days[0].date, days[-1].date) == (
        START.date() - timedelta(days=DAYS - 1),
        START.date(),
    )
    assert days[-2].seconds == {"proved": 3600.0}
    assert all(not day.seconds for day in days if day.date != yesterday)


def test_a_day_is_as_long_as_it_has_lasted() -> None:
    """At noon today is half a day long, so that what nobody saw stays a gap."""
    days = strip({}, START)
    assert [day.length for day in days[-2:]] == [86_400.0, 43_200.0]
    midnight = START.replace(hour=0)
    assert strip({}, midnight)[-1].length == 1.0


def test_what_is_older_is_not_shown() -> None:
    """A day outside the ninety does not come back as another one."""
    old = START.date() - timedelta(days=DAYS)
    assert all(not day.seconds for day in strip({old: {"failing": 60.0}}, START))
    assert all(not day.seconds for day in strip({date(2099, 1, 1): {"a": 1.0}}, START))


def test_security_txt_says_what_the_standard_asks_for(profile: Profile) -> None:
    """Contact, one expiry, language, canonical address and policy (RFC 9116)."""
    fields = parse_security_txt(security_txt(profile, "https://a.example", START))
    (expires,) = fields["expires"]
    ends = datetime.fromisoformat(expires)
    assert ends - START == timedelta(days=180)
    assert ends.tzinfo == UTC
    assert fields["canonical"] == ["https://a.example/.well-known/security.txt"]
    assert fields["policy"][0].startswith("https://a.example/security#")
    assert fields["contact"][0].startswith(("mailto:", "https://"))


@pytest.mark.parametrize("days", [0, 1, 100, 10_000])
def test_security_txt_never_ends(profile: Profile, days: int) -> None:
    """Whenever it is asked for, its end lies ahead, and less than a year ahead."""
    now = START + timedelta(days=days, microseconds=999_999)
    text = security_txt(profile, "https://a.example", now)
    ends = datetime.fromisoformat(parse_security_txt(text)["expires"][0])
    assert timedelta(0) < ends - now < timedelta(days=365)


def test_security_txt_names_the_page_without_an_address(profile: Profile) -> None:
    """Without a mailbox, the page itself says how to report."""
    nobody = replace(profile, contact=Contact())
    somebody = replace(profile, contact=Contact(security="a@example.org"))
    written = [
        parse_security_txt(security_txt(each, "https://a.example", START))["contact"]
        for each in (nobody, somebody)
    ]
    assert written[0][0].startswith("https://a.example/security#")
    assert written[1] == ["mailto:a@example.org"]
