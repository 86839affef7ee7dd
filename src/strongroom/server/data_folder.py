"""The data folder: the root key, certificates, the cluster and the logs.

Guards against a key that others can read and against a half-written one.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from strongroom.crypto import Keyring, fingerprint, is_key_of

from .errors import CannotStart


class DataFolder:
    """Everything that an installation keeps on disk."""

    def __init__(self, path: Path) -> None:
        """Use the folder at *path*; nothing is made before it is needed."""
        self.path = path.resolve()
        self.postgres = self.path / "postgres"
        self.certificate_authority = self.path / "ca.pem"
        self.tls = self.path / "tls"
        self.log = self.path / "log" / "strongroom.log"
        self.keys = self.path / "keys"
        self.root_key_file = self.keys / "root.key"
        self.wrapped_root = self.keys / "root.wrapped"
        self.split_note = self.keys / "split.json"
        self.handover = self.keys / "root.sock"

    def has_root_key(self) -> bool:
        """Say whether the root key lies here in the clear."""
        return self.root_key_file.exists()

    def create(self, *, with_root_key: bool = True) -> None:
        """Make the folder, private to its owner, with a new root key if none is.

        Raises:
            CannotStart: there are rows, and the key that they need is gone.

        """
        wanted = with_root_key and not (self.has_root_key() or self.split_note.exists())
        if wanted and self.postgres.exists():
            message = f"{self.root_key_file} is missing: bring it back from a backup"
            raise CannotStart(message)
        for folder in (self.path, self.keys, self.tls, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (self.keys, self.tls, self.log.parent):
            private.chmod(0o700)
        if wanted:
            write_new(self.root_key_file, secrets.token_hex(32))

    def root_key(self) -> bytes:
        """Return the root key that lies here."""
        return bytes.fromhex(self.root_key_file.read_text(encoding="ascii"))

    def keyring(self) -> Keyring:
        """Return the keys derived from this folder's root."""
        return Keyring(self.root_key())

    def keep_split(self, key: bytes, threshold: int, shares: int) -> None:
        """Note that *key* is in shares, and remove it from this folder."""
        note = {
            "threshold": threshold,
            "shares": shares,
            "fingerprint": fingerprint(key).hex(),
        }
        write_new(self.split_note, json.dumps(note))
        self.root_key_file.unlink(missing_ok=True)

    def threshold(self) -> int:
        """Return how many shares open this folder.

        Raises:
            CannotStart: its key is not in shares.

        """
        return int(self._split()["threshold"])

    def is_split_of(self, key: bytes) -> bool:
        """Say whether *key* is the one that was split.

        Raises:
            CannotStart: none was.

        """
        return is_key_of(bytes.fromhex(self._split()["fingerprint"]), key)

    def _split(self) -> dict[str, Any]:
        try:
            note: dict[str, Any] = json.loads(self.split_note.read_text("ascii"))
        except FileNotFoundError:
            message = f"the root key of {self.path} is not in shares"
            raise CannotStart(message) from None
        return note


def write_new(path: Path, text: str) -> None:
    """Write a private file so that it is either absent or whole."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)  # In a container, the same number comes again.
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)  # Unlike a rename, this never replaces a key.
    finally:
        draft.unlink()
