"""What an organization may be called."""

import unicodedata

from .errors import NameInvalid


LONGEST_NAME = 100


def require_name(text: str) -> str:
    """Return *text* as a name: trimmed, composed, without control characters.

    Raises:
        NameInvalid: nothing is left, it is too long, or it hides characters.

    """
    name = unicodedata.normalize("NFC", text).strip()
    hidden = any(unicodedata.category(character)[0] == "C" for character in name)
    if not name or len(name) > LONGEST_NAME or hidden:
        raise NameInvalid(fields={"organization": NameInvalid.title})
    return name
