"""The form of an API key, and what one may ask for.

The prefix lets secret scanners find a leaked key; the checksum lets them, and us,
drop a mistyped one without asking the database (as GitHub's tokens do since 2021).
The checksum is no secret and proves nothing.
"""

import re
from dataclasses import replace
from zlib import crc32

from .errors import ApiKeyInvalid
from .models import WantedApiKey


PREFIX = "srk_"
LONGEST_NAME = 60
LONGEST_DAYS = 365
USUAL_DAYS = 90
HINT_LENGTH = 8

_FORM = re.compile(r"srk_([A-Za-z0-9_-]{43})([0-9a-f]{8})")


def key_text(token: str) -> str:
    """Return the key that holds *token*, 43 characters, between prefix and checksum."""
    return f"{PREFIX}{token}{_checksum(token)}"


def is_well_formed(text: str) -> bool:
    """Say whether *text* has the form of a key and its checksum is right."""
    parts = _FORM.fullmatch(text)
    return parts is not None and _checksum(parts[1]) == parts[2]


def require_usable(wanted: WantedApiKey) -> WantedApiKey:
    """Return *wanted* with a tidy name.

    Raises:
        ApiKeyInvalid: it has no name, no scope, or no lifetime in reason.

    """
    name, wrong = wanted.name.strip(), {}
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        wrong["name"] = f"Use 1 to {LONGEST_NAME} visible characters."
    if not wanted.scopes:
        wrong["scopes"] = "Choose at least one."
    if not 0 < wanted.days <= LONGEST_DAYS:
        wrong["days"] = f"A key lives for 1 to {LONGEST_DAYS} days."
    if wrong:
        raise ApiKeyInvalid(fields=wrong)
    return replace(wanted, name=name)


def _checksum(token: str) -> str:
    return f"{crc32(token.encode()):08x}"
