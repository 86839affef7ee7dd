"""Which passwords are acceptable: NIST SP 800-63B-4 §3.1.1.2.

Guards accounts against passwords that a guesser tries first: common and breached
ones, runs, repeats, the person's own words, and small changes of these.
Asks for no mixture of characters, and changes nothing in what was typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from zxcvbn import matching, scoring

from .errors import PasswordRefused
from .settings import PasswordSettings


TOO_SHORT: Final = "It has {} characters and needs at least {}."
TOO_LONG: Final = "It has more than {} characters."
CONTROL: Final = "It contains a control character, such as a tab or a line break."
OWN_WORDS: Final = "It is made of words that belong to you or to this service."
COMMON: Final = "It is a common password, or a small change of one."
REPEATED: Final = "It repeats the same few characters."
RUN: Final = "It follows the keyboard, the alphabet or the numbers."
EASY: Final = "It is made of a few very common words or dates."

# zxcvbn's line for "very unguessable", its highest score. It lets four random words
# through, and any fifteen random letters.
ENOUGH_GUESSES: Final = 10**10

# An estimate takes more than linear time: about 4 ms for 24 characters.
PART: Final = 24

_LONGEST_DECOMPOSITION: Final = 4  # Code points of one that NFC composes (UAX #15).
_SHORTEST_OWN_WORD: Final = 3
_OWN_WORD: Final = "\0"  # Stands for one; it cannot be typed.

# zxcvbn tries every combination of these, which takes exponential time.
_SPELLINGS: Final = (
    str.maketrans("@48({[<369!|10$57+2%", "aabcccceggiiiossttzx"),
    str.maketrans("@48({[<369!|10$57+2%", "aabccccegglllossttzx"),
)
_REPEATS: Final = (re.compile(r"(.+)\1+"), re.compile(r"(.+?)\1+"))
_DICTIONARIES: Final = MappingProxyType(dict(matching.RANKED_DICTIONARIES))
_REASONS: Final = MappingProxyType(
    {
        "own": OWN_WORDS,
        "passwords": COMMON,
        "repeat": REPEATED,
        "spatial": RUN,
        "sequence": RUN,
    }
)

Match = Any  # zxcvbn's own kind of mapping; its type exists in its stubs alone.


def require_acceptable(
    password: str, settings: PasswordSettings, context: Sequence[str]
) -> None:
    """Return when *password* may be chosen where *context* names are the own words.

    Raises:
        PasswordRefused: it may not; the reason says why.

    """
    text = _require_length(password, settings)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise PasswordRefused(CONTROL)
    _require_hard_to_guess(text, _own_words(context))


def _require_length(password: str, settings: PasswordSettings) -> str:
    """Return the password in NFC, counted in code points.

    Normalising is not linear, so what must be too long is refused before.
    """
    shortest, longest = settings.minimum_length, settings.maximum_length
    if len(password) > longest * _LONGEST_DECOMPOSITION:
        raise PasswordRefused(TOO_LONG.format(longest))
    text = unicodedata.normalize("NFC", password)
    if len(text) > longest:
        raise PasswordRefused(TOO_LONG.format(longest))
    if len(text) < shortest:
        raise PasswordRefused(TOO_SHORT.format(len(text), shortest))
    return text


def _require_hard_to_guess(text: str, own: Sequence[str]) -> None:
    """Refuse what is easy as it stands, or once each own word counts as one sign."""
    folded = _fold(text)
    for reading in dict.fromkeys((folded, _stand_in(folded, own))):
        found = Counter(own=len(folded) - len(reading))
        unit = _repeated_unit(reading)
        found["repeat"] = len(reading) - len(unit)
        _require_hard_part(unit, own, found)


def _require_hard_part(text: str, own: Sequence[str], found: Counter[str]) -> None:
    """Refuse unless some part is hard: the whole is no easier than that part."""
    for part in dict.fromkeys((text[:PART], text[-PART:])):
        estimate = _estimate(part, own)
        if estimate["guesses"] >= ENOUGH_GUESSES:
            return
        found.update(_kinds(estimate["sequence"]))
    kind, _ = found.most_common(1)[0]
    raise PasswordRefused(_REASONS.get(kind, EASY))


def _fold(text: str) -> str:
    """Return *text* without differences that a guesser does not mind."""
    return unicodedata.normalize("NFKC", text).casefold()


def _own_words(context: Sequence[str]) -> list[str]:
    """Return the words of *context*, longest first, split and run together."""
    words = set[str]()
    for entry in map(_fold, context):
        pieces = re.findall(r"[^\W_]+", entry)
        local = re.findall(r"[^\W_]+", entry.partition("@")[0])
        words.update([entry.strip(), *pieces, "".join(pieces), "".join(local)])
    long_enough = (word for word in words if len(word) >= _SHORTEST_OWN_WORD)
    return sorted(long_enough, key=lambda word: (-len(word), word))


def _stand_in(folded: str, own: Sequence[str]) -> str:
    """Return *folded* with one character in place of each own word."""
    for word in own:
        folded = folded.replace(word, _OWN_WORD)
    return folded


def _repeated_unit(text: str) -> str:
    """Return the shortest text that, said several times, is *text*."""
    return text[: (text + text).index(text, 1)]


def _estimate(part: str, own: Sequence[str]) -> Mapping[str, Any]:
    """Return zxcvbn's cheapest way of guessing *part*."""
    ranks = matching.build_ranked_dict([_OWN_WORD, *own])
    dictionaries = {**_DICTIONARIES, "own": ranks}
    repeats = list(_repeats(part, dictionaries))
    return _cheapest(part, [*_matches(part, dictionaries), *repeats])


def _cheapest(part: str, matches: Sequence[Match]) -> Mapping[str, Any]:
    # The additive term would call any four pieces hard, however common they are.
    return scoring.most_guessable_match_sequence(part, matches, _exclude_additive=True)


def _matches(part: str, dictionaries: dict[str, dict[str, int]]) -> list[Match]:
    found = matching.reverse_dictionary_match(part, dictionaries)
    for spelling in dict.fromkeys((part, *map(part.translate, _SPELLINGS))):
        found += matching.dictionary_match(spelling, dictionaries)
    for matcher in (matching.spatial_match, matching.sequence_match):
        found += matcher(part)
    return [*found, *matching.regex_match(part), *matching.date_match(part)]


def _repeats(part: str, dictionaries: dict[str, dict[str, int]]) -> Iterator[Match]:
    """Yield what repeats, as zxcvbn would, whose own way is exponential here."""
    hits = [hit for pattern in _REPEATS for hit in pattern.finditer(part)]
    for (start, end), unit in {hit.span(): hit[1] for hit in hits}.items():
        yield {
            "pattern": "repeat",
            "i": start,
            "j": end - 1,
            "token": part[start:end],
            "base_token": unit,
            "base_guesses": _cheapest(unit, _matches(unit, dictionaries))["guesses"],
            "repeat_count": (end - start) // len(unit),
        }


def _kinds(sequence: Sequence[Match]) -> dict[str, int]:
    """Return how many characters each kind of match covers."""
    kinds = Counter[str]()
    for match in sequence:
        if match["pattern"] != "bruteforce":
            kind = match.get("dictionary_name", match["pattern"])
            kinds[kind] += len(match["token"])
    return kinds
