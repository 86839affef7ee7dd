"""What an archive says about itself: in the clear to whom it matters, and signed.

The manifest names parts, sizes and hashes, and nothing about people; it is written
last, so that an archive without one was never finished. What the parts hold, table by
table, stands in one of them, encrypted like the rest.
"""

import re
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from strongroom.crypto import (
    SignatureInvalid,
    canonical_json,
    open_envelope,
    public_jwk,
    sign,
)

from .errors import ArchiveBroken


Kind = Literal["data", "keys"]

TYPE = "https://strongroom.dev/archive/v1"
MANIFEST, CONTENTS = "manifest.json", "contents.age"

_NAME = re.compile(r"(data|keys)-\d{8}T\d{12}Z-[0-9a-f]{8}")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One encrypted object."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What anybody may know about an archive."""

    name: str
    kind: Kind
    made_at: datetime
    tables: int
    rows: int
    recipients: list[str]
    parts: list[Part]

    @property
    def bytes(self) -> int:
        """How much all its parts take."""
        return sum(each.bytes for each in self.parts)


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table's rows in an archive, in Postgres' own text form (COPY)."""

    name: str
    columns: list[str]
    sealed: list[str]
    """Columns whose values are sealed under their owner's own key besides."""

    rows: int
    digest: str
    """Of the rows as they lie here; see ``RowDigest``."""

    parts: list[str]


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the parts of an archive hold, in the order in which rows go in."""

    tables: list[Table]
    files: dict[str, str] = {}
    """Files that stand beside the database, by the part that holds each."""


def name_of(kind: Kind, made_at: datetime, nonce: str) -> str:
    """Return an archive's name, which sorts by its time within its kind."""
    return f"{kind}-{made_at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{nonce}"


def is_archive(name: str) -> bool:
    """Say whether *name* is one of ours; what else lies there is left alone."""
    return _NAME.fullmatch(name) is not None


def signed(manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    """Return the manifest as a signed statement."""
    statement = {"_type": TYPE, **msgspec.to_builtins(manifest)}
    return canonical_json(sign(statement, key))


def read_signed(text: bytes, name: str, key: Ed25519PublicKey) -> Manifest:
    """Return the manifest that *key* signed for the archive called *name*.

    Raises:
        ArchiveBroken: it was altered, signed by another key, or belongs elsewhere.

    """
    keys = {public_jwk(key)["kid"]: key}
    try:
        statement: dict[str, Any] = dict(open_envelope(msgspec.json.decode(text), keys))
        kind = statement.pop("_type", None)
        manifest = msgspec.convert(statement, Manifest)
    except (SignatureInvalid, msgspec.MsgspecError, TypeError, AttributeError):
        message = f"the manifest of {name} is not one that this house signed"
        raise ArchiveBroken(message) from None
    if (kind, manifest.name) != (TYPE, name):
        message = f"{name} has the manifest of another archive"
        raise ArchiveBroken(message)
    return manifest
