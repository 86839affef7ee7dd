"""Verifiers: nothing is cut off, nothing empty matches, old ones keep working."""

import base64
import hashlib
import hmac
import unicodedata

import argon2
import bcrypt
import pytest

from strongroom.crypto import (
    ARGON2ID_OWASP,
    BCRYPT_12,
    LONGEST_PASSWORD,
    Argon2id,
    Bcrypt,
    Mismatch,
    Scheme,
    UnknownVerifier,
    VerifierParameters,
    needs_rehash,
    parse,
    verify,
)


PEPPER = b"a pepper that is 32 bytes long.."
PASSWORD = "a rather long passphrase"
QUICK_ARGON2ID = Argon2id(memory_kib=64, iterations=1, parallelism=1)
QUICK_BCRYPT = Bcrypt(cost=4)

every_scheme = pytest.mark.parametrize(
    "scheme", [QUICK_ARGON2ID, QUICK_BCRYPT], ids=["argon2id", "bcrypt"]
)


def assert_mismatch(verifier: str, password: str, pepper: bytes = PEPPER) -> None:
    """Fail unless *password* is refused by a verifier that can be read."""
    with pytest.raises(Mismatch) as refused:
        verify(verifier, password, pepper)
    assert refused.type is Mismatch


@every_scheme
def test_the_right_password_matches_and_another_does_not(scheme: Scheme) -> None:
    """A verifier accepts its own password, and neither another nor another case."""
    verifier = scheme.hash(PASSWORD, PEPPER)
    verify(verifier, PASSWORD, PEPPER)
    assert_mismatch(verifier, "another long passphrase")
    assert_mismatch(verifier, PASSWORD.title())
    assert_mismatch(verifier, PASSWORD[:-1])


@every_scheme
def test_a_verifier_is_salted_and_needs_the_pepper(scheme: Scheme) -> None:
    """Equal passwords have different verifiers; without the pepper none matches."""
    verifier = scheme.hash(PASSWORD, PEPPER)
    assert verifier != scheme.hash(PASSWORD, PEPPER)
    assert PASSWORD not in verifier
    assert_mismatch(verifier, PASSWORD, pepper=PEPPER[::-1])


@pytest.mark.parametrize(
    ("stored", "tried"),
    [
        pytest.param("x" * 72 + "a" * 28, "x" * 72 + "b" * 28, id="72 bytes alike"),
        pytest.param("x" * 100, "x" * 99, id="one of 100 left out"),
        pytest.param("x" * 4096, "x" * 4095, id="one of 4096 left out"),
        pytest.param("before\0after", "before\0other", id="after a NUL"),
        pytest.param("before\0after", "before", id="cut at a NUL"),
        pytest.param("\0one", "\0two", id="NUL at the start"),
        pytest.param(" passphrase", "passphrase", id="leading space"),
        pytest.param("passphrase ", "passphrase", id="trailing space"),
        pytest.param("two  spaces", "two spaces", id="doubled space"),
        pytest.param("ﬁligree", "filigree", id="a ligature"),
        pytest.param("🔐" * 20, "🔐" * 19 + "🔑", id="the last emoji"),
        pytest.param("\ud800 lone", "\ud801 lone", id="lone surrogates"),
    ],
)
@every_scheme
def test_every_character_counts(scheme: Scheme, stored: str, tried: str) -> None:
    """Passwords that differ anywhere do not match, however long or odd they are."""
    verifier = scheme.hash(stored, PEPPER)
    verify(verifier, stored, PEPPER)
    assert_mismatch(verifier, tried)


@every_scheme
def test_composed_and_decomposed_text_is_one_password(scheme: Scheme) -> None:
    """Keyboards that send NFD and NFC of the same characters both sign in."""
    composed = "Größe über Ångström"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    verify(scheme.hash(composed, PEPPER), decomposed, PEPPER)
    verify(scheme.hash(decomposed, PEPPER), composed, PEPPER)


@every_scheme
def test_nothing_empty_ever_matches(scheme: Scheme) -> None:
    """An empty password is not hashed, and neither it nor no verifier verifies."""
    with pytest.raises(ValueError, match="1 to 4096 characters"):
        scheme.hash("", PEPPER)
    assert_mismatch(scheme.hash(PASSWORD, PEPPER), "")
    assert_mismatch("", "")
    assert_mismatch("", PASSWORD)


@every_scheme
def test_an_endless_password_is_refused_before_any_work(scheme: Scheme) -> None:
    """Beyond the bound nothing is normalised or hashed, so nothing can be stalled."""
    endless = "x" * (LONGEST_PASSWORD + 1)
    with pytest.raises(ValueError, match="1 to 4096 characters"):
        scheme.hash(endless, PEPPER)
    assert_mismatch(scheme.hash("x" * LONGEST_PASSWORD, PEPPER), endless)


@every_scheme
def test_a_short_pepper_is_refused(scheme: Scheme) -> None:
    """There is no hashing with an absent or guessable pepper."""
    verifier = scheme.hash(PASSWORD, PEPPER)
    for pepper in (b"", PEPPER[:-1]):
        with pytest.raises(ValueError, match="at least 32 bytes"):
            scheme.hash(PASSWORD, pepper)
        with pytest.raises(ValueError, match="at least 32 bytes"):
            verify(verifier, PASSWORD, pepper)


def test_the_libraries_alone_can_check_our_verifiers() -> None:
    """The stored text is standard: keyed by hand, the bare libraries accept it."""
    digest = hmac.new(PEPPER, "a café".encode(), hashlib.sha256).digest()
    keyed = base64.b64encode(digest)
    assert argon2.PasswordHasher().verify(QUICK_ARGON2ID.hash("a café", PEPPER), keyed)
    assert bcrypt.checkpw(keyed, QUICK_BCRYPT.hash("a café", PEPPER).encode())


def test_named_profiles_are_what_they_cite() -> None:
    """The profiles hold OWASP's Argon2id parameters and bcrypt at cost 12."""
    assert Argon2id(19456, 2, 1) == ARGON2ID_OWASP
    assert Bcrypt(12) == BCRYPT_12
    stated = parse(ARGON2ID_OWASP.hash(PASSWORD, PEPPER))
    assert stated.algorithm == "argon2id"
    assert stated.parameters == {"memory_kib": 19456, "iterations": 2, "parallelism": 1}


def test_a_verifier_states_its_parameters() -> None:
    """What was hashed weakly says so, which is how a proof finds it."""
    weak = parse(QUICK_BCRYPT.hash(PASSWORD, PEPPER))
    assert weak == VerifierParameters("bcrypt", {"cost": 4})
    assert parse(QUICK_ARGON2ID.hash(PASSWORD, PEPPER)) == QUICK_ARGON2ID.parameters


@pytest.mark.parametrize(
    ("made_by", "policy"),
    [
        (QUICK_ARGON2ID, QUICK_BCRYPT),
        (QUICK_BCRYPT, QUICK_ARGON2ID),
        (QUICK_BCRYPT, Bcrypt(5)),
        (Bcrypt(5), QUICK_BCRYPT),
        (QUICK_ARGON2ID, Argon2id(128, 1, 1)),
        (QUICK_ARGON2ID, Argon2id(64, 2, 1)),
        (QUICK_ARGON2ID, Argon2id(64, 1, 2)),
    ],
)
def test_a_moved_policy_asks_for_a_rehash(made_by: Scheme, policy: Scheme) -> None:
    """A verifier from before still verifies, and is due; a fresh one is not."""
    old = made_by.hash(PASSWORD, PEPPER)
    verify(old, PASSWORD, PEPPER)
    assert needs_rehash(old, policy)
    assert not needs_rehash(policy.hash(PASSWORD, PEPPER), policy)


# Kept as text: what an earlier release has stored must verify for ever.
GOOD_ARGON2ID = (
    "$argon2id$v=19$m=64,t=1,p=1"
    "$Cz7vXM2qAMdoLtdxknpxKA"
    "$c6qVJt8zQWISzlB39V8RGmO7zGtGMPEFHVfxY4PS3Pg"
)
GOOD_BCRYPT = "$2b$04$0scIXoNXZ8a76onZrcR/LufH.zMW4mCrH/jOQ5TQKDEgkD.9LBh/6"


@pytest.mark.parametrize(
    "verifier",
    [
        "",
        " ",
        PASSWORD,
        "$",
        "!",
        "$argon2id$",
        GOOD_ARGON2ID + "\n",
        " " + GOOD_ARGON2ID,
        GOOD_ARGON2ID[:-1],
        GOOD_ARGON2ID.replace("argon2id", "argon2i"),
        GOOD_ARGON2ID.replace("argon2id", "argon2d"),
        GOOD_ARGON2ID.replace("v=19", "v=16"),
        GOOD_ARGON2ID.replace("m=64", "m=064"),
        GOOD_ARGON2ID.replace("m=64", "m=٦٤"),
        GOOD_ARGON2ID.replace("m=64", "m=4194304"),
        GOOD_ARGON2ID.replace("t=1", "t=0"),
        GOOD_ARGON2ID.replace("t=1", "t=4294967295"),
        GOOD_BCRYPT.replace("$2b$", "$2a$"),
        GOOD_BCRYPT.replace("$04$", "$31$"),
        GOOD_BCRYPT.replace("$04$", "$4$"),
        GOOD_BCRYPT[:-1],
        GOOD_BCRYPT + "\0",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "pbkdf2_sha256$600000$salt$digest",
    ],
)
def test_an_unreadable_verifier_matches_nothing(verifier: str) -> None:
    """Text that is no verifier of ours is refused, cheaply, and never matches."""
    with pytest.raises(UnknownVerifier):
        parse(verifier)
    with pytest.raises(Mismatch):
        verify(verifier, PASSWORD, PEPPER)
    with pytest.raises(UnknownVerifier):
        needs_rehash(verifier, BCRYPT_12)


@pytest.mark.parametrize(
    "verifier",
    [
        GOOD_BCRYPT.replace("$04$", "$03$"),
        GOOD_ARGON2ID.replace("m=64", "m=1"),
        # Base64 whose last character carries bits beyond the salt's end.
        "$argon2id$v=19$m=64,t=1,p=1$" + "A" * 21 + "B$" + "A" * 43,
    ],
)
def test_a_verifier_that_the_library_refuses_matches_nothing(verifier: str) -> None:
    """What has the right shape and still cannot be computed is a mismatch too."""
    parse(verifier)
    with pytest.raises(UnknownVerifier):
        verify(verifier, PASSWORD, PEPPER)


@pytest.mark.parametrize("good", [GOOD_ARGON2ID, GOOD_BCRYPT])
def test_no_altered_verifier_matches(good: str) -> None:
    """Whichever one character of a verifier is altered, the password fails."""
    verify(good, PASSWORD, PEPPER)
    for index, character in enumerate(good):
        other = "A" if character != "A" else "Q"
        with pytest.raises(Mismatch):
            verify(good[:index] + other + good[index + 1 :], PASSWORD, PEPPER)


@pytest.mark.parametrize(
    ("make", "parameters", "complaint"),
    [
        (Argon2id, (7, 1, 1), "8 KiB"),
        (Argon2id, (64, 1, 9), "8 KiB"),
        (Argon2id, (64, 0, 1), "at least one"),
        (Argon2id, (64, 1, 0), "at least one"),
        (Argon2id, (2**20 + 1, 1, 1), "memory_kib may be at most"),
        (Argon2id, (64, 33, 1), "iterations may be at most"),
        (Argon2id, (2048, 1, 17), "parallelism may be at most"),
        (Bcrypt, (3,), "below 4"),
        (Bcrypt, (17,), "cost may be at most"),
    ],
)
def test_impossible_and_endless_parameters_are_refused(
    make: type[Argon2id] | type[Bcrypt], parameters: tuple[int, ...], complaint: str
) -> None:
    """A scheme that cannot be computed, or not in sensible time, is not made."""
    with pytest.raises(ValueError, match=complaint):
        make(*parameters)
