"""A secret that is known, taken out of what somebody else answered.

The other half of this package guesses what a secret looks like. Here it is known, and
found in the forms in which software repeats what it was sent. A host that means to
smuggle it out in a form of its own is beyond this.
"""

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus


MASK = "•••"


def without(content: bytes, secrets: Iterable[str]) -> tuple[bytes, int]:
    """Return *content* with each of *secrets* masked, and how often one stood there."""
    forms = sorted({each for secret in secrets for each in _forms(secret)}, key=len)
    if not forms:
        return content, 0
    pattern = b"|".join(re.escape(form) for form in reversed(forms))
    return re.subn(pattern, MASK.encode(), content, flags=re.IGNORECASE)


def _forms(secret: str) -> set[bytes]:
    """Return *secret* as text, and escaped for JSON, HTML and URLs, base64 and hex."""
    raw = secret.encode()
    texts = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    texts |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    texts |= {html.escape(secret), html.escape(secret, quote=False), raw.hex()}
    return {text.encode() for text in texts} | _in_base64(raw)


def _in_base64(raw: bytes) -> set[bytes]:
    """Return what is the same wherever in a group of three bytes *raw* starts."""
    forms = set()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        whole = len(raw) + shift
        kept = encoded[(0, 2, 3)[shift] : whole // 3 * 4 + (0, 1, 2)[whole % 3]]
        forms |= {kept, kept.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms
