"""Questions to passkeys: whom they are for, for what, and until when."""

from typing import Any
from uuid import UUID

import pytest

from strongroom.kernel import Invalid, Secret, new_id
from strongroom.passkeys import ChallengeSpent, WrongPasskey, policy


KEY, OTHER_KEY, NOW = bytes(32), bytes(31) + b"\1", 1_764_338_415.0


def test_a_question_says_whom_it_is_for() -> None:
    """And is another one each time, of which what is signed tells nothing."""
    account_id = new_id()
    one, two = (
        policy.new_challenge(KEY, policy.REGISTER, account_id, NOW) for _ in range(2)
    )
    assert one.reveal() != two.reveal()
    assert policy.read_challenge(KEY, policy.REGISTER, one, NOW + 299) == account_id
    assert policy.challenge_bytes(one) != policy.challenge_bytes(two)
    assert len(policy.challenge_bytes(one)) == 32


@pytest.mark.parametrize(
    ("key", "purpose", "late"),
    [
        (OTHER_KEY, policy.SHOW, 0),
        (KEY, policy.REGISTER, 0),
        (KEY, policy.SHOW, 300),
    ],
    ids=["another house", "another purpose", "too late"],
)
def test_a_question_that_is_not_open_is_refused(
    key: bytes, purpose: str, late: float
) -> None:
    """Of another house, for something else, or after five minutes."""
    token = policy.new_challenge(KEY, policy.SHOW, policy.NOBODY, NOW)
    assert policy.read_challenge(KEY, policy.SHOW, token, NOW) == UUID(int=0)
    with pytest.raises(ChallengeSpent):
        policy.read_challenge(key, purpose, token, NOW + late)


def test_no_changed_question_is_open() -> None:
    """Whichever character is replaced, cut or added."""
    token = policy.new_challenge(KEY, policy.SHOW, policy.NOBODY, NOW).reveal()
    changed = [
        token[:at] + ("B" if token[at] == "A" else "A") + token[at + 1 :]
        for at in range(len(token))
    ]
    for each in (
        *changed,
        token[:-4],
        token + "AAAA",
        token + "=",
        f"!{token}",
        "",
        "A",
        "ä",
    ):
        with pytest.raises(ChallengeSpent):
            policy.read_challenge(KEY, policy.SHOW, Secret(each), NOW)


def test_the_site_is_the_configured_one() -> None:
    """The host names it, and scheme and port belong to the origin (WebAuthn §5.4.2)."""
    site = policy.site_of("https://app.example.test:8443", "Example")
    assert (site.rp_id, site.origin) == (
        "app.example.test",
        "https://app.example.test:8443",
    )


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "7", "null", '"{}"'])
def test_a_form_holds_a_credential_or_is_refused(text: str) -> None:
    """Only an object of JSON is one."""
    with pytest.raises(WrongPasskey):
        policy.shown_in(text, "token")


def test_names_are_kept_tidy() -> None:
    """Blanks are folded, and what cannot be shown is refused."""
    assert policy.require_name("  Key \t ring ") == "Key ring"
    for name in ("", "   ", "x" * 61, "a\x07b", "a\u202eb"):
        with pytest.raises(Invalid):
            policy.require_name(name)


def test_only_known_transports_are_kept() -> None:
    """What a browser says beyond the standard's words is left out."""
    told = {"response": {"transports": ["usb", "x" * 99, 7, "internal"]}}
    assert policy.transports_in(told) == "internal,usb"
    odd: dict[str, Any]
    for odd in ({}, {"response": []}, {"response": {"transports": 7}}):
        assert policy.transports_in(odd) == ""
