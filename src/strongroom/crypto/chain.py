"""A chain of records, each sealed to the one before it (HMAC-SHA-256, RFC 2104).

Guards an append-only file against a line that was edited, moved, or taken out. A tail
that was cut is seen only by whoever remembers how long the chain was.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from .dsse import canonical_json


class ChainBroken(Exception):
    """A line does not follow from the one before it; the message says which."""


def append_link(chain: Sequence[Mapping[str, Any]], record: Any, key: bytes) -> bytes:
    """Return the line that puts *record* at the end of *chain*."""
    previous = chain[-1]["mac"] if chain else ""
    link = {"line": len(chain) + 1, "previous": previous, "record": record}
    return canonical_json({**link, "mac": _mac(link, key)}) + b"\n"


def read_chain(text: bytes, key: bytes) -> list[dict[str, Any]]:
    """Return the links of *text*; a last line without its end was never finished.

    Raises:
        ChainBroken: a line was edited, moved, added or taken out.

    """
    chain: list[dict[str, Any]] = []
    for number, line in enumerate(text.split(b"\n")[:-1], 1):
        link = _decode(line, number)
        mac = link.pop("mac", "")
        expected = (number, chain[-1]["mac"] if chain else "")
        genuine = hmac.compare_digest(str(mac), _mac(link, key))
        if not genuine or (link.get("line"), link.get("previous")) != expected:
            message = f"line {number} does not follow from the one before it"
            raise ChainBroken(message)
        chain.append({**link, "mac": mac})
    return chain


def _decode(line: bytes, number: int) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        message = f"line {number} is no record"
        raise ChainBroken(message) from None


def _mac(link: Mapping[str, Any], key: bytes) -> str:
    return hmac.new(key, canonical_json(dict(link)), hashlib.sha256).hexdigest()
