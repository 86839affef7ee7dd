"""The archives in a depot: which there are, whether one is whole, what it holds.

Nothing is decrypted before its manifest was found to be ours and its bytes to be those
that the manifest names.
"""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .age import HEADER, Identity
from .depot import Depot
from .errors import ArchiveBroken
from .manifest import (
    CONTENTS,
    MANIFEST,
    Contents,
    Kind,
    Manifest,
    Part,
    is_archive,
    read_signed,
)


Look = Callable[[int, int], None]
"""Is told how many parts of how many were looked at."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished archive."""

    depot: Depot
    manifest: Manifest

    def require_whole(self, look: Look = lambda _, __: None) -> None:
        """Find every part as it was written, and encrypted; this needs no identity.

        Raises:
            ArchiveBroken: one was altered, cut or taken away.

        """
        for number, part in enumerate(self.manifest.parts, 1):
            self._bytes_of(part)
            look(number, len(self.manifest.parts))

    def contents(self, identity: Identity) -> Contents:
        """Return what the parts hold.

        Raises:
            ArchiveBroken: it was altered.
            NotForThisKey: *identity* is none of its recipients'.

        """
        return msgspec.json.decode(self.read(CONTENTS, identity), type=Contents)

    def read(self, name: str, identity: Identity) -> bytes:
        """Return what one part holds.

        Raises:
            ArchiveBroken: it was altered, or there is none.
            NotForThisKey: *identity* is none of its recipients'.

        """
        part = next((each for each in self.manifest.parts if each.name == name), None)
        if part is None:
            message = f"{self.manifest.name} has no part {name}"
            raise ArchiveBroken(message)
        return zlib.decompress(identity.open(self._bytes_of(part)))

    def _bytes_of(self, part: Part) -> bytes:
        where = f"{self.manifest.name}/{part.name}"
        sealed = self.depot.get(where)
        if len(sealed) != part.bytes:
            message = f"{where} has {len(sealed)} of {part.bytes} bytes"
            raise ArchiveBroken(message)
        if hashlib.sha256(sealed).hexdigest() != part.sha256:
            message = f"{where} was altered: its hash is not the one that was signed"
            raise ArchiveBroken(message)
        if not sealed.startswith(HEADER):
            message = f"{where} is not encrypted"
            raise ArchiveBroken(message)
        return sealed


class Shelf:
    """Every archive in a depot."""

    def __init__(self, depot: Depot, key: Ed25519PublicKey) -> None:
        """Look into *depot* for what the holder of *key* signed."""
        self.depot, self._key = depot, key

    def names(self, kind: Kind) -> list[str]:
        """Return the finished archives of a *kind*, oldest first."""
        return [
            name
            for name, objects in self._by_archive().items()
            if name.startswith(kind) and MANIFEST in objects
        ]

    def get(self, name: str) -> Archive:
        """Return the archive called *name*.

        Raises:
            ArchiveBroken: there is none, or its manifest is not ours.

        """
        if not is_archive(name):
            message = f"{name[:80]!r} is no name of an archive"
            raise ArchiveBroken(message)
        text = self.depot.get(f"{name}/{MANIFEST}")
        return Archive(self.depot, read_signed(text, name, self._key))

    def newest(self, kind: Kind) -> Archive:
        """Return the newest archive of a *kind*.

        Raises:
            ArchiveBroken: there is none, or its manifest is not ours.

        """
        names = self.names(kind)
        if not names:
            message = f"there is no archive in {self.depot.where} yet"
            raise ArchiveBroken(message)
        return self.get(names[-1])

    def remove(self, name: str) -> None:
        """Delete an archive, its manifest first: what is left is no archive."""
        objects = self._by_archive().get(name, [])
        for each in sorted(objects, key=lambda each: each != MANIFEST):
            self.depot.delete(f"{name}/{each}")

    def sweep(self) -> list[str]:
        """Delete what interrupted runs left, and return their names; none may run."""
        unfinished = [
            name
            for name, objects in self._by_archive().items()
            if MANIFEST not in objects
        ]
        for name in unfinished:
            self.remove(name)
        return unfinished

    def _by_archive(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.depot.names():
            archive, _, each = name.partition("/")
            if is_archive(archive):
                found.setdefault(archive, []).append(each)
        return dict(sorted(found.items()))
