"""The bundled profiles: every promise is made, in words that can be held to."""

import re
from datetime import timedelta
from typing import Any

import pytest

from strongroom.claims import (
    Kind,
    Posture,
    Profile,
    Report,
    bundled_profiles,
    coverage,
    load_profile,
)
from strongroom.kernel import duration


# Every promise of the page's subject, by who makes it: m Monqez AI, q MongoQUI,
# d monodit, b nobody yet. The default profile makes all of them.
PROMISES = """
tenancy.rows mq | tenancy.context b | tenancy.gateway q | tenancy.knowledge m
tenancy.integrations m | tenancy.no-training m
vault.at-rest mqd | vault.root-key md | vault.rotation m | vault.split-key q
vault.use-without-reveal q | vault.ai-keys dq | local.vault q
edge.tls mq | edge.hsts m | edge.csp m | edge.framing m | edge.sniffing m
edge.referrer m | edge.permissions m | edge.coop m | edge.grade m | edge.cors q
edge.csrf b | edge.rate-limits qm | edge.service-auth q | edge.segregation md
passwords.hash mq | passwords.secrecy md | passwords.reset m | passwords.policy b
magic-links.sign-in d | oauth.sign-in d | passkeys.sign-in b | totp.second-factor qd
sessions.lifetimes m | sessions.lifetimes-admins m | sessions.devices q
sessions.impersonation m | sessions.notices d | api.tokens q
access.actions qd | access.break-glass d | sharing.password q | sharing.expiry q
sharing.revoke q | sharing.public d | audit.complete qd | audit.tamper-evident b
audit.retention d
mail.unsubscribe m | mail.opt-outs m | mail.own-mailbox m | mail.domain-helpers m
mail.can-spam m
widgets.isolation d | widgets.bridge d | widgets.limits d | ai.opt-in qd
ai.no-retention d | ai.departments m | knowledge.erase m | connections.local q
connections.shared q | reports.engine q | reports.share q
privacy.export mq | privacy.erasure mq | privacy.minimal d | backups.encrypted m
backups.rotation m | backups.restore m | logs.redaction dm | abuse.detection d
trust.every-claim mq | trust.posture q | trust.subprocessors qdm | trust.data-flow q
trust.residency mq | trust.security-txt m | trust.disclosure mqd | trust.documents q
trust.faq mq | trust.contact mqd | trust.limits d
posture.soc2 q | posture.gdpr q | posture.uk-gdpr q | posture.ccpa q
posture.hipaa q | posture.iso27001 q | posture.privacy-shield q
"""
LETTERS = {"monqez": "m", "mongoqui": "q", "monodit": "d"}

# Words that take a promise back, and periods without a number.
VAGUE = re.compile(
    r"\b(may|might|could|should|aims?|strives?|tr(y|ies)|intend(ed|s)?|designed to"
    r"|reasonabl[ey]|appropriate|where possible|as needed|best efforts?|etc"
    r"|periodical(ly)?|regular(ly)?|from time to time|short-lived|limited periods?"
    r"|promptly|soon|industry[- ]standard|military|world-class)\b",
    re.IGNORECASE,
)


def promised(name: str) -> set[str]:
    """Return the ids of the claims that the profile called *name* has to make."""
    rows = (row.split() for line in PROMISES.splitlines() for row in line.split(" | "))
    makers = {row[0]: row[1] for row in rows if row}
    letter = LETTERS.get(name, "")
    return {claim_id for claim_id, who in makers.items() if letter in who}


@pytest.fixture(params=["default", "mongoqui", "monodit", "monqez"])
def profile(request: pytest.FixtureRequest) -> Profile:
    """Return each bundled profile in turn."""
    return load_profile(request.param)


def test_there_are_four() -> None:
    """The package brings these profiles and no others."""
    assert bundled_profiles() == ("default", "mongoqui", "monodit", "monqez")


def test_no_promise_is_left_out(profile: Profile) -> None:
    """Each page makes every promise of its subject; the default makes all."""
    expected = promised(profile.name)
    assert len(expected) > len(promised("default")) / 4
    assert expected - set(profile.claims) == set()


def test_the_default_makes_every_promise_that_another_makes() -> None:
    """Nothing is promised anywhere that the default leaves out, one event aside."""
    others = {claim_id for name in LETTERS for claim_id in load_profile(name).claims}
    assert others - set(load_profile("default").claims) == {"trust.portal"}


def test_statements_can_be_held_to(profile: Profile) -> None:
    """Each statement is one sentence, without hedges or periods that have no number."""
    for claim in profile.claims.values():
        assert re.fullmatch(r"[^.!?]([^!?]|[!?](?!\s))*\.", claim.statement), claim.id
        assert ". " not in claim.statement, claim.id
        assert not VAGUE.search(claim.statement), claim.id


def test_proofs_run_often_enough(profile: Profile) -> None:
    """Every proof and measurement runs at least once an hour."""
    for claim in profile.claims.values():
        if claim.has_proof:
            assert claim.cadence is not None
            assert claim.cadence.total_seconds() <= 3600, claim.id


def test_posture_words_are_of_their_kind(profile: Profile) -> None:
    """Every row of the posture table has a subject, and is attested or declined."""
    for claim in profile.claims.values():
        if claim.id.startswith("posture."):
            assert claim.subject, claim.id
            assert claim.kind in {Kind.ATTESTED, Kind.DECLINED}, claim.id


def test_declined_kinds() -> None:
    """What is not held is declined, with its reason, where the table is shown."""
    for name in ("default", "mongoqui"):
        profile = load_profile(name)
        declined = {c.id for c in profile.claims.values() if c.kind is Kind.DECLINED}
        assert profile.page.has(Posture)
        assert declined >= {
            "posture.hipaa",
            "posture.iso27001",
            "posture.privacy-shield",
        }


# The expectations of the proofs, and the settings that have to meet them.
SETTINGS = {
    "abuse.detection": {
        "accounts": ("limits", "accounts_alarm"),
        "addresses": ("limits", "addresses_alarm"),
        "factors": ("limits", "factors_alarm"),
    },
    "audit.retention": {"retention": ("audit", "retention")},
    "backups.restore": {"days": ("backups", "drill_every")},
    "backups.rotation": {
        "every_hours": ("backups", "every"),
        "keep": ("backups", "keep"),
    },
    "edge.rate-limits": {
        "guesses": ("limits", "guesses"),
        "sign_ins": ("limits", "sign_ins"),
    },
    "edge.cors": {"origins": ("edge", "origins")},
    "edge.tls": {"minimum": ("edge", "tls_minimum")},
    "edge.hsts": {
        "max_age": ("edge", "hsts_max_age"),
        "include_subdomains": ("edge", "hsts_include_subdomains"),
    },
    "passwords.hash": {
        "algorithm": ("passwords", "algorithm"),
        "memory_kib": ("passwords", "memory_kib"),
        "iterations": ("passwords", "iterations"),
        "parallelism": ("passwords", "parallelism"),
        "cost": ("passwords", "cost"),
    },
    "vault.rotation": {"days": ("vault", "rotation")},
    "passwords.policy": {"minimum_length": ("passwords", "minimum_length")},
    "sessions.lifetimes": {
        "lifetime": ("sessions", "lifetime"),
        "idle": ("sessions", "idle"),
    },
}


def in_days(key: str, value: Any) -> Any:
    """Return a setting as the expectation *key* has it: days are a number there."""
    if key == "every_hours":
        return duration(value) // timedelta(hours=1)
    return duration(value).days if key == "days" else value


def test_the_policy_keeps_what_the_page_promises(profile: Profile) -> None:
    """A proof expects exactly what the policy of the same profile sets."""
    for claim in profile.claims.values():
        places = SETTINGS.get(claim.id, {})
        policy: dict[str, Any] = {
            key: in_days(key, profile.policy[section][name])
            for key, (section, name) in places.items()
            if key in claim.expect
        }
        assert claim.expect == policy, claim.id
        assert bool(places) == bool(claim.expect), claim.id


@pytest.mark.parametrize(
    ("name", "tls", "algorithm", "within"),
    [
        ("default", "1.3", "argon2id", "48 hours"),
        ("mongoqui", "1.3", "argon2id", "two business days"),
        ("monodit", "1.2", "argon2id", "two business days"),
        ("monqez", "1.2", "bcrypt", "48 hours"),
    ],
)
def test_the_figures_of_each_page(
    name: str, tls: str, algorithm: str, within: str
) -> None:
    """The figures in which the pages differ stand in sentence and expectation."""
    claims = load_profile(name).claims
    assert claims["edge.tls"].expect == {"minimum": tls}
    assert f"TLS {tls}" in claims["edge.tls"].statement
    assert claims["passwords.hash"].expect["algorithm"] == algorithm
    assert algorithm in claims["passwords.hash"].statement.lower()
    assert within in claims["trust.disclosure"].statement


def test_a_reporter_finds_where_to_write(profile: Profile) -> None:
    """Every page says how to report; only the default leaves the address open."""
    assert profile.page.has(Report)
    assert bool(profile.contact.security) == (profile.name != "default")


def test_mappings_have_the_form_of_their_framework(profile: Profile) -> None:
    """Requirement numbers look like those of ASVS 5.0 and MVSP 3."""
    forms = {"asvs5": r"V\d{1,2}\.\d{1,2}\.\d{1,2}", "mvsp3": r"[1-4]\.[1-8]"}
    for claim in profile.claims.values():
        for framework, numbers in claim.maps.items():
            assert numbers, claim.id
            for number in numbers:
                assert re.fullmatch(forms[framework], number), claim.id


def test_most_sentences_are_proved(profile: Profile) -> None:
    """Proofs carry the page: more than half of its sentences are of that kind."""
    numbers = coverage(profile)
    assert numbers.sentences == len(profile.claims)
    assert numbers.by_kind[Kind.PROVED] * 2 > numbers.sentences
