"""What a person's copy of their data is made of, read as the person would."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strongroom.crypto import open_envelope, public_keys

from .errors import require


UNSAID = frozenset({"manifest.json", "manifest.dsse.json"})
"""What the manifest cannot hold the digest of: itself."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP archive with a signed manifest."""

    files: Mapping[str, bytes]

    def rows(self, name: str) -> list[dict[str, Any]] | None:
        """Return the rows of one file, or None if it is not there."""
        return json.loads(self.files[name]) if name in self.files else None

    def holds(self, text: str) -> bool:
        """Say whether *text* stands in any file."""
        return any(text.encode() in content for content in self.files.values())

    def require_whole(self, key_set: Mapping[str, Any]) -> None:
        """Verify the manifest with a published key, and each file with the manifest.

        Raises:
            Contradicted: a file is missing, altered or unknown to the manifest.
            SignatureInvalid: the manifest was not signed by a published key.

        """
        envelope = json.loads(self.files["manifest.dsse.json"])
        stated = open_envelope(envelope, public_keys(key_set))["files"]
        for name, said in stated.items():
            digest = hashlib.sha256(self.files.get(name, b"")).hexdigest()
            require(said["sha256"] == digest, f"{name} is not what the manifest says")
        unknown = set(self.files) - set(stated) - UNSAID
        require(not unknown, f"the manifest does not know {unknown}")


def open_archive(content: bytes) -> Archive:
    """Return what a ZIP archive holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Archive({name: archive.read(name) for name in archive.namelist()})
