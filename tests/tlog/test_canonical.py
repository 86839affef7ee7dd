"""Canonical JSON: one text for one value."""

import pytest
import rfc8785

from strongroom.tlog import canonical, commitment


VALUES = [
    None,
    True,
    0,
    -(2**53) + 1,
    "",
    'é\u2028"\\/\b\f\n\r\t\x00\x1f\x7f€😀',
    [],
    {},
    [1, [2, {"b": 1, "a": [None]}]],
    {"😀": 1, "\ufb33": 2, "é": 3, "a": 4, "": 5, "10": 6, "1": 7},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_another_implementation_writes_the_same(value: object) -> None:
    """Byte for byte, as a library for RFC 8785 has it."""
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, [0.1], {"a": {"b": 2.0}}, {1: 2}])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    """A fraction, or a key that is no text, is not guessed at."""
    with pytest.raises(ValueError, match=r"fraction|key"):
        canonical(value)


def test_a_commitment_hides_and_binds() -> None:
    """It changes with the value and with the salt, and needs a real salt."""
    salt, person = bytes(16), {"name": "canary"}
    one = commitment(salt, person)
    assert one != commitment(bytes(15) + b"\1", person)
    assert one != commitment(salt, {"name": "another"})
    with pytest.raises(ValueError, match="salt"):
        commitment(b"", person)
