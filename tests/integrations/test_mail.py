"""A mail of an integration: addresses that are some, each header on one line."""

import pytest

from strongroom.connectors import ArgumentInvalid
from strongroom.connectors.requests import message


SENDER = "Canary Works <canary@example.org>"
MAIL = {"to": "bo@example.org", "subject": "Hello", "text": "It works."}

NO_ADDRESSES = [
    "<",
    ".::?b?(<\x7f",
    "\t.\\ ?b?:?=",
    "bo",
    "nobody:;",
    "bo@example.org, <",
    '"bo eve"@example.org',
    "bo@example.org\n",
    "bo@example.org\r\nBcc: eve@example.org",
    "bo@exam\x00ple.org",
    "bo@example.org\u2028",
]


@pytest.mark.parametrize(
    "to",
    [
        "bo@example.org",
        "Dr. Bo <bo@example.org>, eve@example.org",
        "Bö <bö@example.org>",
        "team: bo@example.org, eve@example.org;",
    ],
)
def test_a_mail_goes_to_addresses(to: str) -> None:
    """One or several, with a name or without."""
    written = message({"sender": SENDER}, MAIL | {"to": to})
    assert "@example.org" in written["To"]
    assert written["From"].addresses[0].addr_spec == "canary@example.org"


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused(text: str) -> None:
    """For whom it is and from whom alike, beside the field that holds it."""
    for fields, given, name in (
        ({"sender": SENDER}, MAIL | {"to": text}, "to"),
        ({"sender": text}, MAIL, "sender"),
    ):
        with pytest.raises(ArgumentInvalid) as refused:
            message(fields, given)
        assert set(refused.value.fields) == {name}


@pytest.mark.parametrize("subject", ["a\r\nBcc: eve@example.org", "a\n", "a\u2028b"])
def test_a_subject_is_one_line(subject: str) -> None:
    """Another line could be another header."""
    with pytest.raises(ArgumentInvalid) as refused:
        message({"sender": SENDER}, MAIL | {"subject": subject})
    assert set(refused.value.fields) == {"subject"}


def test_a_subject_that_cannot_be_written_is_refused() -> None:
    """An encoded word that holds no text of its own encoding (RFC 2047)."""
    with pytest.raises(ArgumentInvalid):
        message({"sender": SENDER}, MAIL | {"subject": "é=??b?a@b.c(?=[)?q?"})
