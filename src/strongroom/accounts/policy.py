"""What counts as one e-mail address."""

import re
import unicodedata

from .errors import EmailInvalid


LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets.

_SHAPE = re.compile(r"[^\s@\"<>(),:;\[\]\\]{1,64}@([\w-]{1,63}\.)*[\w-]{1,63}")


def normalise_email(text: str) -> str:
    """Return the one form under which an address is kept, looked up and limited.

    Variants in case, surrounding space or Unicode composition are one address.

    Raises:
        EmailInvalid: it is no address, or hides a character in it.

    """
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    hidden = any(unicodedata.category(each)[0] == "C" for each in address)
    if hidden or len(address) > LONGEST_ADDRESS or not _SHAPE.fullmatch(address):
        raise EmailInvalid(fields={"email": EmailInvalid.title})
    return address
