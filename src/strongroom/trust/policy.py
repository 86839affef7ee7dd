"""How a status is computed. Pure: the same rows give the same word to everyone.

A claim is proved only while all of this holds: its proof passed, looked at more
than nothing, caught every sabotage within a day on this very build, its sentence
and expectation are the ones that were proved, and the evidence is still fresh.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from strongroom.claims import Claim, Kind, Page, Profile, Report

from .models import Attestation, Day, Run, SabotageRecord, Status


TEETH_FOR = timedelta(hours=24)
"""How long a caught sabotage vouches for a proof."""

REBITE_AFTER = TEETH_FOR - timedelta(hours=4)
"""Sabotages are repeated before the last ones stop counting."""

RETRY_AFTER = timedelta(minutes=2)
"""A sabotage that was missed is tried again, as a hiccup may have hidden it."""

LONGEST_FRESHNESS = timedelta(days=3)
"""No evidence of a machine is fresh for longer, whatever its cadence."""

DAYS = 90

_DAY = 86_400.0

Computed = tuple[Status, str | None]

NOT_BUILT = "not built yet: no proof is bound to this sentence"


def fresh_for(cadence: timedelta) -> timedelta:
    """Return how long evidence counts: two and a half turns, and five minutes more."""
    return min(max(2.5 * cadence, cadence + timedelta(minutes=5)), LONGEST_FRESHNESS)


def status_of(
    claim: Claim,
    runs: Sequence[Run],
    attestation: Attestation | None,
    *,
    has_proof: bool,
    build: str,
    now: datetime,
) -> Computed:
    """Return the status of *claim* from its newest *runs*, and why it is not better."""
    if claim.kind is Kind.DECLINED:
        return Status.DECLINED, claim.reason
    if claim.kind is Kind.PRINCIPLE:
        return Status.PRINCIPLE, None
    if claim.kind is Kind.ATTESTED:
        return _attested(claim, attestation, now)
    if not has_proof:
        return Status.UNPROVEN, NOT_BUILT
    return _proved(claim, runs, build, now)


def strip(kept: Mapping[date, Mapping[str, float]], now: datetime) -> list[Day]:
    """Return ninety days up to *now*, oldest first; one that nobody saw is empty.

    A day is as long as it has lasted, so a gap in watching stays visible as one.
    """
    today = now.date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    so_far = max((now - midnight).total_seconds(), 1.0)
    return [
        Day(day, so_far if day == today else _DAY, _best_first(kept.get(day, {})))
        for day in days
    ]


def _best_first(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return *seconds* from the best status to the worst, as a bar is stacked."""
    ranked = sorted(seconds, key=lambda word: (word == "failing", word != "proved"))
    return {word: seconds[word] for word in ranked}


def _attested(claim: Claim, attestation: Attestation | None, now: datetime) -> Computed:
    if attestation is None or attestation.subject_digest != claim.digest():
        return Status.UNPROVEN, "nobody has attested this sentence yet"
    until = f"{attestation.valid_until:%-d %B %Y}"
    if attestation.valid_until <= now:
        return Status.EXPIRED, f"{attestation.made_by}'s word for it ended on {until}"
    return Status.ATTESTED, f"{attestation.made_by} stands for it until {until}"


def _proved(claim: Claim, runs: Sequence[Run], build: str, now: datetime) -> Computed:
    current = [run for run in runs if run.subject_digest == claim.digest()]
    if not current:
        return Status.UNPROVEN, "its proof has not run for this sentence yet"
    latest = current[0]
    if latest.result == "unprovable":
        return Status.UNPROVEN, latest.reason
    if latest.result == "failed":
        twice = len(current) > 1 and current[1].result == "failed"
        return Status.FAILING if twice else Status.UNPROVEN, latest.reason
    if latest.fresh_until <= now:
        return Status.STALE, f"the last evidence ended on {latest.fresh_until:%c} UTC"
    toothless = _toothless(latest.sabotage, build, now)
    return (Status.UNPROVEN, toothless) if toothless else (Status.PROVED, None)


def _toothless(record: SabotageRecord | None, build: str, now: datetime) -> str | None:
    """Return why nothing shows that the proof can fail, or None if something does."""
    if record is None:
        return "its proof was not tried against a sabotage yet"
    missed = [bite for bite in record.bites if not bite["caught"]]
    if missed or not record.bites:
        said = missed[0] if missed else {"what": "none", "said": "nothing"}
        return f"its proof survived a sabotage ({said['what']}): {said['said']}"
    if record.build != build:
        return "its proof was not tried against a sabotage of this build yet"
    if record.at + TEETH_FOR <= now:
        return "its proof was last tried against a sabotage more than a day ago"
    return None


def must_bite(record: SabotageRecord | None, build: str, now: datetime) -> bool:
    """Say whether it is time to try a proof against its sabotages (again)."""
    if record is None or record.build != build:
        return True
    waits = REBITE_AFTER if not _toothless(record, build, record.at) else RETRY_AFTER
    return record.at + waits <= now


SECURITY_TXT_DAYS = 180
"""RFC 9116 §2.5.5 recommends less than a year."""


def report_url(page: Page, public_url: str) -> str:
    """Return where the page says how to report a flaw."""
    return f"{public_url}/security#{page.anchor_of(Report)}"


def contact_uri(profile: Profile, public_url: str) -> str:
    """Return where a flaw is reported: the stated address, or the page itself."""
    address = profile.contact.security
    return f"mailto:{address}" if address else report_url(profile.page, public_url)


def security_txt(profile: Profile, public_url: str, now: datetime) -> str:
    """Return the file of RFC 9116, its expiry always half a year ahead."""
    expires = (now + timedelta(days=SECURITY_TXT_DAYS)).replace(microsecond=0)
    lines = {
        "Contact": contact_uri(profile, public_url),
        "Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": "en",
        "Canonical": f"{public_url}/.well-known/security.txt",
        "Policy": report_url(profile.page, public_url),
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())
