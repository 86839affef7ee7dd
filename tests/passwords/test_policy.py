"""Which passwords may be chosen, and what is said of those that may not."""

import random
import string
import time
import unicodedata
from collections.abc import Callable

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from strongroom.kernel import Refusal
from strongroom.passwords.errors import PasswordRefused
from strongroom.passwords.policy import (
    COMMON,
    CONTROL,
    EASY,
    OWN_WORDS,
    REPEATED,
    RUN,
    require_acceptable,
)
from strongroom.passwords.settings import PasswordSettings


RULES = PasswordSettings()
CONTEXT = ("Strongroom", "alice.smith@example.com", "Acme Widgets")
BREACHED = FREQUENCY_LISTS["passwords"]


def reason_against(password: str, context: tuple[str, ...] = CONTEXT) -> str | None:
    """Return why *password* is refused, or None when it is acceptable."""
    try:
        require_acceptable(password, RULES, context)
    except PasswordRefused as refused:
        return refused.reason
    return None


def letters(count: int) -> str:
    """Return the same *count* random letters each time."""
    return "".join(random.Random(8).choices(string.ascii_lowercase, k=count))  # noqa: S311


@pytest.mark.parametrize(
    "password",
    [
        pytest.param(letters(15), id="15 characters"),
        pytest.param(letters(64), id="64 characters"),
        pytest.param(letters(200), id="200 characters"),
        pytest.param(letters(1024), id="1024 characters"),
        pytest.param("a" * 40 + letters(20), id="easy beginning"),
        pytest.param(letters(20) + "a" * 40, id="easy end"),
        "vbqkzmtwyhxrpjd",
        "840251739604182",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "purple monkey dishwasher",
        "I love my dog very much",
        "  leading and trailing  ",
        "kV9#mQ2!xR7@wL5",
        "мой дядя самых честных правил",
        "密码学是一门很有意思的学问吗朋友",
        "😀🔐🐙🌵🚲🎻🧭🍋🛶🪁🧩🪵🥁🦉🏺",
        "my cat sleeps on acme boxes",
        "alice likes blue kangaroos",
    ],
)
def test_long_and_unforeseen_passwords_are_accepted(password: str) -> None:
    """Any characters will do, in any mixture, when the whole is hard to guess."""
    assert reason_against(password) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "It has 0 characters and needs at least 15."),
        (letters(14), "It has 14 characters and needs at least 15."),
        ("😀🔐🐙🌵🚲🎻🧭🍋🛶🪁🧩🪵🥁🦉", "It has 14 characters and needs at least 15."),
        ("Tr0ub4dor&3", "It has 11 characters and needs at least 15."),
        (letters(1025), "It has more than 1024 characters."),
        (letters(4096), "It has more than 1024 characters."),
        ("x" * 10_000_000, "It has more than 1024 characters."),
        ("a long one\0with a NUL", CONTROL),
        ("a long one\twith a tab", CONTROL),
        ("a long one\nand a second", CONTROL),
        ("a long one\x7fwith a DEL", CONTROL),
        ("a long one\x85with a C1", CONTROL),
        ("a long one\ud800alone", CONTROL),
        ("1qaz2wsx3edc4rfv", COMMON),
        ("q1w2e3r4t5y6u7i8o9p0", COMMON),
        ("Password123!!!!!", COMMON),
        ("PASSWORD1234567", COMMON),
        ("P@ssw0rd12345678", COMMON),
        ("Passw0rd!Passw0rd", COMMON),
        ("MyPassword2024!!", COMMON),
        ("iloveyou1234567", COMMON),
        ("drowssap98765432", COMMON),
        ("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff4412345678", COMMON),
        ("manchesterunited", COMMON),
        ("Password123!Password123!", REPEATED),
        ("passwordpassword", REPEATED),
        ("aaaaaaaaaaaaaaa", REPEATED),
        ("abcabcabcabcabc", REPEATED),
        ("x7q" * 5, REPEATED),
        ("               ", REPEATED),
        ("😀" * 15, REPEATED),
        ("a" * 1024, REPEATED),
        ("a" * 1000 + "b" * 24, REPEATED),
        ("abcdefghijklmno", RUN),
        ("zyxwvutsrqponml", RUN),
        ("congratulations", EASY),
        ("telecommunications", EASY),
        ("thequickbrownfox", EASY),
        ("Monday 24.12.1985", EASY),
        ("Strongroom12345", OWN_WORDS),
        ("strongroomstrongroom", OWN_WORDS),
        ("$tr0ngr00m123456", OWN_WORDS),
        ("moorgnorts12345", OWN_WORDS),
        ("Strongroom-Alice-Acme", OWN_WORDS),
        ("alice.smith@example.com", OWN_WORDS),
        ("Alice Smith 1990", OWN_WORDS),
        ("alicesmith@acmewidgets", OWN_WORDS),
        ("example.com12345", OWN_WORDS),
        ("AcmeWidgets2024!", OWN_WORDS),
    ],
)
def test_guessable_passwords_are_refused_with_the_reason(
    password: str, reason: str
) -> None:
    """Whoever is refused is told which rule it was."""
    assert reason_against(password) == reason


def test_the_refusal_names_the_field_and_not_the_password() -> None:
    """The answer can be shown beside the field and repeats nothing of the secret."""
    with pytest.raises(Refusal) as refused:
        require_acceptable("Password123!!!!!", RULES, CONTEXT)
    assert (refused.value.code, refused.value.status) == ("password-refused", 422)
    assert refused.value.fields == {"password": COMMON}
    assert "Password123" not in str(refused.value)


def test_characters_are_counted_after_composition() -> None:
    """A letter and its accent are one character, at the least and at the most."""
    few, many = "äöüéèêñçåøáíóú", letters(1023) + "é"
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, few)
        assert reason_against(typed) == "It has 14 characters and needs at least 15."
        assert reason_against(unicodedata.normalize(form, few + "ÿ")) is None
        assert reason_against(unicodedata.normalize(form, many)) is None
    most = "".join(random.Random(8).choices("ǖǘǚǜ", k=1024))  # noqa: S311
    assert reason_against(unicodedata.normalize("NFD", most)) is None


def test_spaces_count_and_stay() -> None:
    """Spaces at either end make up the length; nothing is trimmed before counting."""
    assert reason_against(letters(14)) is not None
    assert reason_against(letters(14) + " ") is None
    assert reason_against(" " + letters(14)) is None


def test_every_breached_password_of_the_list_is_refused() -> None:
    """The whole list is compared, in any case; none of it passes."""
    long_enough = [word for word in BREACHED if len(word) >= RULES.minimum_length]
    assert len(long_enough) >= 30
    for word in long_enough:
        assert reason_against(word) is not None, word
        assert reason_against(word.upper()) is not None, word


@pytest.mark.parametrize(
    "vary",
    [
        pytest.param(lambda word: word * 3, id="tripled"),
        pytest.param(lambda word: f"{word}123456789", id="counted on"),
        pytest.param(lambda word: f"{word.title()}!!!!!!!!!!!!", id="padded"),
        pytest.param(lambda word: f"{word.title()}2024!!!!!!", id="dated"),
        pytest.param(lambda word: f"123456{word}123456", id="between numbers"),
    ],
)
def test_small_changes_of_the_commonest_passwords_are_refused(
    vary: Callable[[str], str],
) -> None:
    """The hundred commonest passwords, made long in the usual ways, stay refused."""
    made_long = [vary(word) for word in list(BREACHED)[:100]]
    tried = [word for word in made_long if len(word) >= RULES.minimum_length]
    assert len(tried) >= 50
    assert [word for word in tried if reason_against(word) is None] == []


def test_own_words_depend_on_whose_they_are() -> None:
    """The same password is refused to the person whose name it is, and no other."""
    password = "Vornqvist-Pelikanhus"
    assert reason_against(password, ("vornqvist@pelikanhus.example",)) == OWN_WORDS
    assert reason_against(password, ("smith@example.com",)) is None


def test_an_own_word_longer_than_the_part_looked_at_is_still_found() -> None:
    """A long e-mail address is no password, however it is cut for the estimate."""
    address = "alexandra.constantinopoulos@mediterranean-holidays.example"
    assert reason_against(address, (address,)) == OWN_WORDS
    assert reason_against(address.upper(), (address,)) == OWN_WORDS


def test_own_words_never_make_a_password_easier_to_choose() -> None:
    """A common word stays refused when a short own word happens to be part of it."""
    assert reason_against("telecommunications", ("a@b.com",)) == EASY
    assert reason_against("telecommunications", ()) == EASY


def test_no_context_and_odd_context_are_accepted() -> None:
    """Empty, short and very long context changes nothing for a good password."""
    assert reason_against(letters(20), ()) is None
    assert reason_against(letters(20), ("", "a", "@", "é", "ab@cd")) is None
    assert reason_against(letters(20), ("word " * 1000,)) is None


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("@48({[<369!|10$57+2%" * 51, id="look-alike signs"),
        pytest.param("a\u0323\u0301" * 341, id="combining marks"),
        pytest.param("a" + "\u0301\u0323" * 25_000, id="endless combining marks"),
        pytest.param("a" * 1023 + "b", id="one letter"),
        pytest.param("password" * 127 + "x", id="one word"),
        pytest.param("".join(c * 20 for c in string.printable[:51]), id="short runs"),
        pytest.param("1234" * 6 + "4321" * 6 + "a1" * 12 + "0101" * 200, id="digits"),
        pytest.param("\ufdfa" * 1024, id="one that unfolds to eighteen"),
        pytest.param("İ" * 1024, id="one that lowers to two"),
        pytest.param("alice acme " * 93, id="own words"),
    ],
)
def test_no_password_takes_long_to_judge(password: str) -> None:
    """What is slow to estimate or to normalise is cut short; nobody can stall us.

    Ten milliseconds are meant; ten times as many are allowed for a busy machine.
    """
    started = time.thread_time()
    reason_against(password)
    assert time.thread_time() - started < 0.1
