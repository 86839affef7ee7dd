"""Checkpoints: a tree's size and root, as a signed note.

Guards against a root that somebody else made. C2SP signed-note and tlog-checkpoint,
Ed25519 (RFC 8032). A note that a known key signed wrongly is refused as a whole.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)


ED25519, COSIGNATURE = b"\x01", b"\x04"  # C2SP signed-note, signature types.
MOST_SIGNATURES = 100

_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


class NoteInvalid(Exception):
    """The note is malformed, or a known key did not sign it."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under the name that signs with it."""

    name: str
    public: bytes

    kind: ClassVar[bytes] = ED25519

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as C2SP writes it: ``name+id+key``.

        Raises:
            NoteInvalid: it is no Ed25519 key in that form.

        """
        name, _, rest = text.strip().partition("+")
        identity, _, material = rest.partition("+")
        try:
            raw = base64.b64decode(material, validate=True)
        except binascii.Error:
            raw = b""
        key = cls(name, raw[1:])
        well_formed = raw[:1] == cls.kind and len(raw) == 33  # noqa: PLR2004
        if not _NAME.fullmatch(name) or not well_formed or identity != key.id.hex():
            example = base64.b64encode(cls.kind).decode()[:1]
            message = f"a verifier key looks like name+0123abcd+{example}ekyeR…"
            raise NoteInvalid(message)
        return key

    @property
    def id(self) -> bytes:
        """The four bytes that a signature line begins with."""
        named = self.name.encode() + b"\n" + self.kind + self.public
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        """Return the key as C2SP writes it."""
        material = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    def verify(self, signature: bytes, text: bytes) -> None:
        """Accept *signature* over *text*.

        Raises:
            NoteInvalid: this key did not make it.

        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            message = f"{self.name} did not sign this"
            raise NoteInvalid(message) from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under a name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """What others check signatures with."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def line(self, text: bytes) -> str:
        """Return the signature line over *text*."""
        raw = self.verifier.id + self.private.sign(text)
        return f"\N{EM DASH} {self.name} {base64.b64encode(raw).decode()}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large the tree called *origin* is, and its root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """Return what is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n".encode()

    def signed(self, key: SigningKey) -> bytes:
        """Return the note: the text, and *key*'s line under it."""
        text = self.text()
        return text + b"\n" + key.line(text).encode()

    @classmethod
    def open(cls, note: bytes, keys: Iterable[VerifierKey]) -> Self:
        """Return the checkpoint once one of *keys* verifies it.

        Raises:
            NoteInvalid: it is malformed, or no known key signed it.

        """
        text, blank, lines = note.rpartition(b"\n\n")
        if not blank or not lines.endswith(b"\n"):
            message = "a note has a text, a blank line and signatures"
            raise NoteInvalid(message)
        body = text + b"\n"
        signatures = [_signature(line) for line in lines.decode().splitlines()]
        known = {(key.name, key.id): key for key in keys}
        ours = [(n, raw) for n, raw in signatures if (n, raw[:4]) in known]
        for name, raw in ours[:MOST_SIGNATURES]:
            known[name, raw[:4]].verify(raw[4:], body)
        if not ours:
            message = "no known key signed this checkpoint"
            raise NoteInvalid(message)
        return cls._parsed(body)

    @classmethod
    def _parsed(cls, body: bytes) -> Self:
        try:
            origin, size, root, *_ = body.decode().split("\n")
            raw = base64.b64decode(root, validate=True)
        except (ValueError, binascii.Error) as reason:
            message = "a checkpoint has an origin, a size and a root"
            raise NoteInvalid(message) from reason
        if not origin or not _SIZE.fullmatch(size) or len(raw) != 32:  # noqa: PLR2004
            message = "a checkpoint has an origin, a size and a root of 32 bytes"
            raise NoteInvalid(message)
        return cls(origin, int(size), raw)


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raw = b""
    if dash != "\N{EM DASH}" or not _NAME.fullmatch(name) or len(raw) <= 4:  # noqa: PLR2004
        message = "a line of the note is no signature"
        raise NoteInvalid(message)
    return name, raw
