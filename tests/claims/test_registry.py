"""The register: a word outside its vocabulary is refused by name."""

from pathlib import Path

import pytest

from strongroom.claims import ProfileInvalid, load_profile


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            'kind = "proved"',
            'kind = "proven"',
            "edge.hsts: Invalid enum value 'proven'",
        ),
        (
            'severity = "high"',
            'severity = "big"',
            "edge.hsts: Invalid enum value 'big'",
        ),
        ('stage = "planned"', 'stage = "soon"', "posture.soc2: Invalid enum value"),
        ('cadence = "10m"', 'cadence = "daily"', "edge.hsts: cadence 'daily'"),
        ('cadence = "10m"', "cadence = 10", "edge.hsts: cadence '10'"),
        ('cadence = "10m"\n', "", "edge.hsts: a proved claim needs cadence"),
        ('severity = "high"\n', "", "edge.hsts: Object missing required field"),
        ("cadence = ", "every = ", "edge.hsts: Object contains unknown field `every`"),
        ('reason = "It was not built for it."\n', "", "hipaa: .* needs reason"),
        ("review_by = 2027-05-01\n", "", "posture.hipaa: .* needs review_by"),
        ("2027-05-01", '"soon"', "posture.hipaa: Invalid RFC3339"),
        ("asvs5 =", "asvs9 =", "edge.hsts: maps has no framework named asvs9"),
        ("max_age = 31536000", "max_age = [1]", "edge.hsts: Expected"),
        ('"edge.hsts"', '"hsts"', "hsts: an id looks like edge.hsts"),
        ('id = "edge.hsts"\n', "", "claim 1: Object missing required field `id`"),
        ('"posture.soc2"', '"posture.hipaa"', "posture.hipaa: there are two claims"),
        ('region = "EU"\n', "", "subprocessor 1: Object missing required field"),
        ("anonymous = true", 'owner = "X"', "subprocessor 1: .* field `owner`"),
        ('detail = "Shell"', 'port = "Shell"', "lane 1: .* field `port`"),
        ("days = 365", "days = 0", "retention 1: Expected `int` >= 1"),
        ("security = ", "phone = ", r"\[contact\]: .* field `phone`"),
        ("[[lane]]", "[[lanes]]", "no table named lanes"),
        ("[[retention]]", "[retention]", "retention is written as"),
    ],
)
def test_a_loose_entry_is_refused(
    folder: Path, old: str, new: str, reason: str
) -> None:
    """An unknown key or word, a missing one or a second id is refused in one line."""
    register = folder / "claims.toml"
    text = register.read_text(encoding="utf-8")
    assert old in text
    register.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=f"claims.toml: .*{reason}") as refusal:
        load_profile(folder)
    assert "\n" not in str(refusal.value)
