"""Read `claims.toml`: the claims, and the tables that stand beside them.

Guards against a register that is looser than it looks: an unknown key, a second
claim of the same id or a word outside the vocabulary is refused, with its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

import msgspec

from strongroom.kernel import SettingsInvalid, duration

from .claim import Claim
from .errors import ProfileInvalid


Row = TypeVar("Row")


class Subprocessor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A third party that receives data; *anonymous* when no company is named."""

    name: str
    purpose: str
    region: str
    when: str
    anonymous: bool = False


class Hop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One station of a lane."""

    name: str
    detail: str


class Lane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way that data takes, station by station."""

    name: str
    carries: str
    hops: tuple[Hop, ...]


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days a category of records is kept."""

    category: str
    days: Annotated[int, msgspec.Meta(gt=0)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to write; an empty one means the page's own report section."""

    security: str | None = None
    privacy: str | None = None
    support: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that `claims.toml` says."""

    claims: Mapping[str, Claim]
    subprocessors: tuple[Subprocessor, ...]
    lanes: tuple[Lane, ...]
    retention: tuple[Retention, ...]
    contact: Contact


_TABLES: Final = frozenset({"claim", "subprocessor", "lane", "retention", "contact"})


def read_registry(document: Mapping[str, Any]) -> Registry:
    """Return the registry that the parsed TOML *document* describes.

    Raises:
        ProfileInvalid: an entry is unknown, malformed or there twice; it is named.

    """
    if unknown := sorted(set(document) - _TABLES):
        message = f"claims.toml: there is no table named {', '.join(unknown)}"
        raise ProfileInvalid(message)
    return Registry(
        claims=_claims(_entries(document, "claim")),
        subprocessors=_rows(document, "subprocessor", Subprocessor),
        lanes=_rows(document, "lane", Lane),
        retention=_rows(document, "retention", Retention),
        contact=_convert("[contact]", document.get("contact", {}), Contact),
    )


def _entries(document: Mapping[str, Any], table: str) -> Sequence[Mapping[str, Any]]:
    entries = document.get(table, [])
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    message = f"claims.toml: {table} is written as [[{table}]] tables"
    raise ProfileInvalid(message)


def _claims(entries: Sequence[Mapping[str, Any]]) -> dict[str, Claim]:
    claims: dict[str, Claim] = {}
    for number, entry in enumerate(entries, 1):
        name = str(entry.get("id", f"claim {number}"))
        claim = _convert(name, _with_cadence(name, entry), Claim)
        if claim.id in claims:
            message = f"claims.toml: {name}: there are two claims of this id"
            raise ProfileInvalid(message)
        claims[claim.id] = claim
    return claims


def _with_cadence(name: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *entry* with its cadence as a length of time."""
    if "cadence" not in entry:
        return entry
    try:
        return {**entry, "cadence": duration(str(entry["cadence"]))}
    except SettingsInvalid as reason:
        message = f"claims.toml: {name}: cadence {reason}"
        raise ProfileInvalid(message) from None


def _rows(document: Mapping[str, Any], table: str, kind: type[Row]) -> tuple[Row, ...]:
    return tuple(
        _convert(f"{table} {number}", entry, kind)
        for number, entry in enumerate(_entries(document, table), 1)
    )


def _convert(name: str, entry: Any, kind: type[Row]) -> Row:
    try:
        return msgspec.convert(entry, kind)
    except msgspec.ValidationError as reason:
        message = f"claims.toml: {name}: {reason}"
        raise ProfileInvalid(message) from None
