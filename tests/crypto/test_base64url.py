"""Text that stands for bytes has one spelling."""

import pytest

from strongroom.crypto import from_base64url, to_base64url


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xfb\xff", bytes(range(256))])
def test_there_and_back(raw: bytes) -> None:
    """What was written reads as what it was, without padding or other signs."""
    text = to_base64url(raw)
    assert from_base64url(text) == raw
    assert not set(text) & set("+/=")


@pytest.mark.parametrize(
    "text", ["-_9", "-_-=", "-_8=", "+/8", "-_ 8", "-_8\n", "A", "-_8\u00fc"]
)
def test_another_spelling_is_refused(text: str) -> None:
    """Left-over bits, padding, other alphabets and space are no second way."""
    assert from_base64url("-_8") == b"\xfb\xff"
    with pytest.raises(ValueError, match=r"."):
        from_base64url(text)
