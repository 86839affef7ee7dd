"""JSON in its one canonical form (RFC 8785), for values without fractions.

Guards against two texts for one entry, which would have two hashes. A number with a
fraction is refused: writing one the same everywhere is the hard part of the standard.
"""

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring as quoted
from typing import Any, Final


_AS_GIVEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = {
    str: quoted,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}


def canonical(value: Any) -> bytes:
    """Return *value* as canonical JSON in UTF-8.

    Raises:
        ValueError: it holds a float, or a key that is no text.

    """
    written = _flat(value) if type(value) is dict and _has_ascii_keys(value) else None
    return (written or _AS_GIVEN.encode(_ordered(value))).encode()


def _flat(value: dict[str, Any]) -> str | None:
    """Write an object of plain values, as every entry of a log is; else return None.

    Measured, two thirds of the library's time are left, which prepares anew each time.
    """
    parts = []
    for key in sorted(value):
        each = value[key]
        write = _WRITTEN.get(type(each))
        if write is None:
            return None
        parts.append(f"{quoted(key)}:{write(each)}")
    return f"{{{','.join(parts)}}}"


def _has_ascii_keys(value: dict[Any, Any]) -> bool:
    """Say whether the order of Python's texts is the standard's for these keys."""
    try:
        return "".join(value).isascii()
    except TypeError:  # A key that is no text is refused by the general way.
        return False


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list | tuple):
        return [_ordered(each) for each in value]
    if isinstance(value, float):
        message = "a number with a fraction has no canonical form here"
        raise ValueError(message)  # noqa: TRY004 - the value is wrong, not the call.
    return value


def _utf16(key: Any) -> bytes:
    if not isinstance(key, str):
        message = "a key of an object is text"
        raise ValueError(message)  # noqa: TRY004 - see above.
    return key.encode("utf-16-be")  # RFC 8785 §3.2.3: by UTF-16 code units.
