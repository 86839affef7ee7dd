"""An archive while it is written: part by part, the manifest last.

Guards against an archive that a crash left half done and that passes for a whole one.
Compressing, encrypting and storing happen in threads, one part at a time.
"""

import asyncio
import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .age import seal
from .depot import Depot
from .manifest import CONTENTS, MANIFEST, Contents, Kind, Manifest, Part, signed


FAST = 1
"""zlib's quickest level: text shrinks to a quarter, and the disk is the slower one."""


class Draft:
    """One archive that is not finished yet."""

    def __init__(
        self, depot: Depot, name: str, kind: Kind, recipients: Sequence[str]
    ) -> None:
        """Write to *depot*, so that each of the *recipients* can read it.

        Raises:
            ValueError: nobody could.

        """
        if not recipients:
            message = "an archive that nobody can open is no archive"
            raise ValueError(message)
        self.depot, self.name, self._kind = depot, name, kind
        self._recipients, self._parts = list(recipients), list[Part]()

    async def add(self, plain: bytes) -> str:
        """Encrypt and store a part, and return its name.

        Raises:
            DepotFailed: the place is full or away.

        """
        name = f"{len(self._parts) + 1:06d}.age"
        await self._store(name, plain)
        return name

    async def finish(
        self, contents: Contents, made_at: datetime, key: Ed25519PrivateKey
    ) -> Manifest:
        """Store what the parts hold, then the signed manifest, which makes it whole."""
        await self._store(CONTENTS, msgspec.json.encode(contents))
        manifest = Manifest(
            name=self.name,
            kind=self._kind,
            made_at=made_at,
            tables=len(contents.tables),
            rows=sum(each.rows for each in contents.tables),
            recipients=self._recipients,
            parts=self._parts,
        )
        text = signed(manifest, key)
        await asyncio.to_thread(self.depot.put, f"{self.name}/{MANIFEST}", text)
        return manifest

    async def _store(self, name: str, plain: bytes) -> None:
        self._parts.append(await asyncio.to_thread(self._put, name, plain))

    def _put(self, name: str, plain: bytes) -> Part:
        sealed = seal(zlib.compress(plain, FAST), self._recipients)
        self.depot.put(f"{self.name}/{name}", sealed)
        return Part(name, len(sealed), hashlib.sha256(sealed).hexdigest())
