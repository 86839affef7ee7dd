"""Every known shape is masked, in every setting, and nothing innocent is."""

import time

import pytest

from strongroom.redaction import (
    REDACTED,
    Redaction,
    innocent_samples,
    redaction,
    samples,
)
from strongroom.redaction.shapes import SHAPES
from strongroom.redaction.stage import LONGEST


SAMPLES = samples()
LEAST_SHAPES = 130

SETTINGS = {
    "alone": "{}",
    "among words": "it broke over {} and went on",
    "in a path": "/open/{}",
    "in JSON": '{{"email": "{}"}}',
    "in a list": "['a', '{}']",
    "in a database error": "DETAIL:  Key (email)=({}) already exists.",
    "after a line's end": "first\n{}\nlast",
}

HOSTILE = (
    *("://", "eyJ", "1 ", "1-", "token", "token=", "?", '"', "\\", "bearer a"),
    *("a@", "@a.", "AA11 ", "-----BEGIN ", "sr:v1:", "cookie ", "eyJaaaaaaaa."),
)


def test_many_shapes_are_known() -> None:
    """The table is long, and no name stands in it twice."""
    names = [each.name for each in SAMPLES]
    assert len(names) >= LEAST_SHAPES
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=list(SETTINGS))
def test_every_shape_is_masked(setting: str) -> None:
    """Whatever stands around a secret, nothing of its core is left."""
    for sample in SAMPLES:
        text = setting.format(sample.text)
        assert sample.core in text
        told = redaction.clean(text)
        assert sample.core not in told, sample.name
        assert REDACTED in told


def test_what_is_innocent_survives() -> None:
    """Identifiers, digests, versions and times stay as they are."""
    for name, text in innocent_samples().items():
        for words in (text, f"it is {text} indeed", f'{{"id": "{text}"}}'):
            assert redaction.clean(words) == words, name


def test_a_dropped_shape_lets_its_secrets_through() -> None:
    """Each shape but a few that overlap is needed: without it, something passes."""
    needed = {
        shape.name
        for shape in SHAPES
        for less in [Redaction([each for each in SHAPES if each is not shape])]
        if any(sample.core in less.clean(sample.text) for sample in SAMPLES)
    }
    assert {shape.name for shape in SHAPES} == needed


def test_cleaning_twice_changes_nothing() -> None:
    """A text may pass the stage on its way through several hands."""
    for sample in SAMPLES:
        once = redaction.clean(sample.text)
        assert redaction.clean(once) == once, sample.name


def test_an_address_encoded_twice_is_read_first() -> None:
    """A path is decoded once by the server, and could be encoded once more."""
    told = redaction.brief("/open/postgresql%3A%2F%2Fapp%3Ahunter22%40db.test")
    assert "hunter22" not in told


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_long(piece: str) -> None:
    """A stranger chooses the text, so no pattern may run away over it."""
    started = time.process_time()
    told = redaction.clean(piece * LONGEST)
    assert time.process_time() - started < 1.0
    assert len(told) <= 4 * LONGEST
