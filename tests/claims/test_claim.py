"""Claims: what cannot be one, and what a digest covers."""

from datetime import date, timedelta

import msgspec
import pytest

from strongroom.claims import Claim, Kind, Severity, fold


HSTS = Claim(
    id="edge.hsts",
    statement="Browsers come back over HTTPS only.",
    kind=Kind.PROVED,
    severity=Severity.HIGH,
    cadence=timedelta(minutes=10),
    expect={"max_age": 31536000, "include_subdomains": True},
)


def test_the_digest_is_of_canonical_json() -> None:
    """The digest is that of the sorted, spaceless UTF-8 JSON, computed elsewhere."""
    # printf '%s' '{"expect":{"include_subdomains":true,"max_age":31536000},"id":
    # "edge.hsts","kind":"proved","statement":"Browsers come back over HTTPS only."}'
    # on one line, | sha256sum
    assert HSTS.digest() == (
        "bb4c66039a810c06833292a64da6d2db50dd0e64cfc2ae55dd9a6bc7023e22a8"
    )


def test_the_digest_keeps_letters_as_they_are() -> None:
    """Letters outside ASCII enter the digest as UTF-8, not as escapes."""
    arabic = msgspec.structs.replace(HSTS, statement="أمان.", expect={})
    assert arabic.digest() == (
        "3461a55c943c0fc87216ef560e13e29beccc46219824b59053853108c0e2e8ac"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"id": "edge.hst"},
        {"statement": "Browsers come back over HTTPS."},
        {"kind": Kind.MEASURED},
        {"expect": {"max_age": 31536001, "include_subdomains": True}},
        {"expect": {"max_age": 31536000}},
    ],
)
def test_the_digest_covers_what_was_promised(change: dict[str, object]) -> None:
    """Another id, sentence, kind or expectation is another digest."""
    assert msgspec.structs.replace(HSTS, **change).digest() != HSTS.digest()


@pytest.mark.parametrize(
    "change",
    [
        {"note": "On the public listener."},
        {"maps": {"asvs5": ("V3.4.1",)}},
        {"severity": Severity.LOW},
        {"cadence": timedelta(hours=1)},
    ],
)
def test_the_digest_leaves_out_the_rest(change: dict[str, object]) -> None:
    """A note, a mapping, a severity or a cadence does not void the evidence."""
    assert msgspec.structs.replace(HSTS, **change).digest() == HSTS.digest()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "hsts"}, "an id looks like"),
        ({"id": "Edge.HSTS"}, "an id looks like"),
        ({"id": "edge.hsts\n"}, "an id looks like"),
        ({"statement": ""}, "not one line"),
        ({"statement": "Two  spaces."}, "not one line"),
        ({"statement": "Zu\u0308rich."}, "not one line in Unicode NFC"),
        ({"maps": {"asvs6": ("V1.1.1",)}}, "no framework named asvs6"),
        ({"cadence": None}, "a proved claim needs cadence"),
        ({"cadence": timedelta(0)}, "a proved claim needs cadence"),
        ({"reason": "None."}, "a proved claim has no reason"),
        ({"kind": Kind.ATTESTED}, "an? attested claim has no cadence or expect"),
        ({"kind": Kind.PRINCIPLE}, "a principle claim has no cadence or expect"),
        (
            {"kind": Kind.DECLINED, "cadence": None, "expect": {}},
            "a declined claim needs reason and review_by",
        ),
        (
            {"kind": Kind.DECLINED, "reason": "No.", "review_by": date(2027, 5, 1)},
            "a declined claim has no cadence or expect",
        ),
    ],
)
def test_a_malformed_claim_cannot_be_made(
    change: dict[str, object], reason: str
) -> None:
    """A claim that misses a field, or has one of another kind, is refused."""
    fields = {**msgspec.structs.asdict(HSTS), **change}
    with pytest.raises(ValueError, match=reason):
        Claim(**fields)


def test_only_probed_kinds_have_a_proof() -> None:
    """A proved or measured claim has something that runs; an attested one has not."""
    attested = Claim(
        id="posture.soc2",
        statement="SOC 2: planned.",
        kind=Kind.ATTESTED,
        severity=Severity.LOW,
    )
    assert HSTS.has_proof
    assert not attested.has_proof


def test_folding_makes_equal_what_reads_equal() -> None:
    """Line breaks, runs of spaces and composed letters do not tell texts apart."""
    assert fold(" Zu\u0308rich\n  is\topen. ") == "Z\u00fcrich is open."
