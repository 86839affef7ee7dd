"""The data folder: the root key, certificates, the cluster and the logs.

Guards against a key that others can read and against a half-written one.
"""

import os
import secrets
from pathlib import Path

from strongroom.crypto import Keyring

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

    def exists(self) -> bool:
        """Say whether an installation lives here."""
        return self._root_key.exists()

    def create(self) -> None:
        """Make the folder, private to its owner, with a new root key if none is.

        Raises:
            CannotStart: there are rows, and the key that they need is gone.

        """
        if self.postgres.exists() and not self.exists():
            message = f"{self._root_key} is missing: bring it back from a backup"
            raise CannotStart(message)
        for folder in (self.path, self._root_key.parent, self.tls, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (self._root_key.parent, self.tls, self.log.parent):
            private.chmod(0o700)
        if not self._root_key.exists():
            _write_new(self._root_key, secrets.token_hex(32))

    def keyring(self) -> Keyring:
        """Return the keys derived from this folder's root."""
        return Keyring(bytes.fromhex(self._root_key.read_text(encoding="ascii")))

    @property
    def _root_key(self) -> Path:
        return self.path / "keys" / "root.key"


def _write_new(path: Path, text: str) -> None:
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
