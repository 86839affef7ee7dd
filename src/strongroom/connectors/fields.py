"""What may be typed: each field in its form, and no value ever in a refusal."""

from urllib.parse import urlsplit

from strongroom.kernel import Secret

from .dsn import parse_dsn
from .errors import FieldsInvalid
from .kinds import Field, Fields, Kind
from .shapes import is_host, is_path


LARGEST_PORT = 65_535
LONGEST_TEXT, LONGEST_SECRET, SHORTEST_SECRET = 500, 4096, 8


def require_fields(kind: Kind, given: Fields) -> dict[str, str]:
    """Return the public fields of *kind*, each usable, defaults filled in.

    Raises:
        FieldsInvalid: one is missing, unknown or unusable; never says its value.

    """
    wrong = {n: "Not a field of this kind." for n in given if kind.field(n) is None}
    usable: dict[str, str] = {}
    for each in kind.fields:
        text = given.get(each.name, "").strip() or each.default
        reason = _fault(each, text)
        if reason:
            wrong[each.name] = reason
        usable[each.name] = text
    if wrong:
        raise FieldsInvalid(fields=wrong)
    return usable


def require_secret(kind: Kind, secret: Secret | None) -> Secret:
    """Return the secret, if it can be one of *kind*.

    Raises:
        FieldsInvalid: it is missing, too short or too long, or has odd characters.

    """
    text = secret.reveal().strip() if secret else ""
    reason = _fault(kind.secret, text)
    if reason:
        raise FieldsInvalid(fields={kind.secret.name: reason})
    if kind.secret.form == "dsn":
        parse_dsn(kind, Secret(text))
    return Secret(text)


def _fault(field: Field, text: str) -> str | None:
    """Return why *text* is not what *field* needs, or None."""
    if not text:
        return "This is needed."
    if not text.isprintable() or len(text) > LONGEST_SECRET:
        return "Too long, or with characters that cannot be seen."
    return _FAULTS[field.form](field, text)


def _text(_: Field, text: str) -> str | None:
    return f"At most {LONGEST_TEXT}." if len(text) > LONGEST_TEXT else None


def _host(_: Field, text: str) -> str | None:
    return None if is_host(text) else "A host name, such as smtp.example.com."


def _port(_: Field, text: str) -> str | None:
    fits = text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= LARGEST_PORT
    return None if fits else "A number from 1 to 65535."


def _https(_: Field, text: str) -> str | None:
    try:
        parts = urlsplit(text)
        whole = parts.port is None or parts.port > 0
    except ValueError:
        return "An address that begins with https://"
    plain = not (parts.query or parts.fragment or parts.username or "@" in parts.netloc)
    usable = parts.scheme == "https" and is_host(parts.hostname or "")
    path = not parts.path or (is_path(parts.path))
    fits = whole and plain and usable and path
    return None if fits else "An address that begins with https://"


def _choice(field: Field, text: str) -> str | None:
    return None if text in field.choices else f"One of {', '.join(field.choices)}."


def _line(_: Field, text: str) -> str | None:
    short = len(text) < SHORTEST_SECRET
    return f"At least {SHORTEST_SECRET} characters." if short else None


def _pair(field: Field, text: str) -> str | None:
    words = text.split(" ")
    if len(words) > 2 or "" in words:  # noqa: PLR2004
        return "A client secret, one space, and a refresh token."
    return next((fault for each in words if (fault := _line(field, each))), None)


_FAULTS = {
    "text": _text,
    "host": _host,
    "port": _port,
    "https": _https,
    "choice": _choice,
    "line": _line,
    "pair": _pair,
    "dsn": _line,
}
