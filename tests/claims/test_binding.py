"""Page and register: neither can drift from the other."""

from pathlib import Path

import pytest

from strongroom.claims import ProfileInvalid, load_profile


HSTS = "- [Browsers come back over HTTPS only.]{claim=edge.hsts}\n"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("HTTPS only.]", "HTTPS.]", "security.md:12: edge.hsts: the sentence differs"),
        (HSTS, "", "claims.toml: edge.hsts: this claim is not on the page"),
        (HSTS, HSTS + HSTS, "edge.hsts: the page states this claim twice"),
        (
            HSTS,
            HSTS + "- [New.]{claim=edge.new}\n",
            "security.md:13: edge.new: claims.toml has no claim",
        ),
        ("safe?\nedge.hsts", "safe?\nedge.new", "security.md:17: {faq}: edge.new: "),
        (":::{posture}\n:::\n", "", "posture.soc2: this claim is not on the page"),
        (":::{report}\n:::\n", "", "trust.disclosure: this claim is not on the page"),
        (":::{subprocessors}\n:::\n", "", "the page has no {subprocessors}"),
        (":::{lanes}\n:::\n", "", "{lanes} on the page needs lanes"),
    ],
)
def test_a_page_that_drifts_is_refused(
    folder: Path, old: str, new: str, reason: str
) -> None:
    """A sentence reworded, dropped, doubled or unregistered is refused by name."""
    replace(folder / "security.md", old, new)
    with pytest.raises(ProfileInvalid) as refusal:
        load_profile(folder)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_lanes_without_a_drawing_of_them_are_refused(folder: Path) -> None:
    """A page that draws lanes where the register has none is refused."""
    register = folder / "claims.toml"
    before, _, rest = register.read_text(encoding="utf-8").partition("[[lane]]")
    register.write_text(before + "[[retention]]" + rest.partition("[[retention]]")[2])
    with pytest.raises(ProfileInvalid, match=r"\{lanes\} on the page needs lanes"):
        load_profile(folder)


def test_a_report_without_its_claim_is_refused(folder: Path) -> None:
    """How to report stands on the page only together with the promise to answer."""
    replace(folder / "claims.toml", "trust.disclosure", "trust.disclose")
    with pytest.raises(ProfileInvalid, match=r"\{report\}: trust.disclosure: claims"):
        load_profile(folder)


def test_a_table_without_rows_is_refused(folder: Path) -> None:
    """A posture table that would be empty is refused."""
    replace(folder / "claims.toml", '"posture.soc2"', '"standing.soc2"')
    replace(folder / "claims.toml", '"posture.hipaa"', '"standing.hipaa"')
    with pytest.raises(ProfileInvalid, match=r"claims\.toml has no posture\.\* claim"):
        load_profile(folder)


def test_an_answer_is_not_the_sentence(folder: Path) -> None:
    """A claim that stands in an answer only does not count as stated."""
    replace(folder / "security.md", HSTS, "")
    with pytest.raises(
        ProfileInvalid, match=r"edge\.hsts: this claim is not on the page"
    ):
        load_profile(folder)


def test_a_sentence_takes_its_row_out_of_the_table(folder: Path) -> None:
    """A posture claim with its own sentence is stated once, where the sentence is."""
    replace(
        folder / "security.md",
        HSTS,
        f"{HSTS}- [SOC 2: planned.]{{claim=posture.soc2}}\n",
    )
    assert list(load_profile(folder).claims)[:3] == [
        "edge.hsts",
        "posture.soc2",
        "posture.hipaa",
    ]


def test_composed_letters_do_not_tell_sentences_apart(folder: Path) -> None:
    """A sentence typed with combining marks equals its composed statement."""
    replace(folder / "claims.toml", "is perfect", "is in Z\u00fcrich")
    replace(folder / "security.md", "is perfect", "is  in Zu\u0308rich")
    assert "trust.limits" in load_profile(folder).claims


def replace(file: Path, old: str, new: str) -> None:
    """Change *old*, which must be there, into *new* in *file*."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
