"""Digits that check themselves: payment cards and account numbers.

Without the check, half of all long numbers in a log would be taken for money.
"""

import re


_DIGITS = re.compile(r"\D")


def is_card(text: str) -> bool:
    """Say whether *text* is a card number: its range, and ISO/IEC 7812-1 Annex B."""
    digits = _DIGITS.sub("", text)
    in_range = digits[0] in "3456" or 2221 <= int(digits[:4]) <= 2720  # noqa: PLR2004
    return in_range and _luhn(digits) % 10 == 0


def is_iban(text: str) -> bool:
    """Say whether *text* is an account number by ISO 13616, checked by ISO 7064."""
    plain = text.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_opaque(text: str) -> bool:
    """Say whether *text* looks drawn at random, as our own tokens are.

    A digest, a UUID and a ULID have letters of one case, and so are not.
    """
    lower, upper = text.upper() != text, text.lower() != text
    # A token of ours has 43 characters, and one in a thousand has no digit.
    return lower and upper and (len(text) == 43 or any(map(str.isdigit, text)))  # noqa: PLR2004


def _luhn(digits: str) -> int:
    doubled = (sum(divmod(2 * int(each), 10)) for each in digits[-2::-2])
    return sum(int(each) for each in digits[-1::-2]) + sum(doubled)
