"""Coverage: the page in numbers."""

from pathlib import Path

from strongroom.claims import Coverage, Kind, coverage, load_profile


def test_each_kind_is_counted(folder: Path) -> None:
    """Sentences, rows of the table and blocks of prose are counted by what they are."""
    assert coverage(load_profile(folder)) == Coverage(
        sentences=5,
        nonclaims=2,
        by_kind={
            Kind.PROVED: 1,
            Kind.MEASURED: 1,
            Kind.ATTESTED: 1,
            Kind.DECLINED: 1,
            Kind.PRINCIPLE: 1,
        },
    )


def test_a_kind_that_is_absent_counts_zero() -> None:
    """A page that declines nothing says so with a number."""
    assert coverage(load_profile("monodit")).by_kind[Kind.DECLINED] == 0
