"""Every key of the house, derived from one root.

Guards against keys that are shared between purposes. It does not read or store
the root: whoever opens the house brings it. A root that was replaced goes on making
what cannot be made anew, such as the pepper of passwords.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


ROOT_BYTES = 32

Lineage = Sequence[tuple[str, bytes]]
"""How purposes begin, and the root of each; the first that fits holds."""


class Keyring:
    """Derives one independent key per purpose (HKDF-SHA-256, RFC 5869)."""

    def __init__(self, root: bytes, lineage: Lineage = ()) -> None:
        """Keep the *root*, 32 random bytes, and older ones for what they still make.

        Raises:
            ValueError: one has another length.

        """
        for each in (root, *(older for _, older in lineage)):
            if len(each) != ROOT_BYTES:
                message = f"the root key must have {ROOT_BYTES} bytes"
                raise ValueError(message)
        self._root = root
        self._lineage = tuple(lineage)

    def root_of(self, purpose: str) -> bytes:
        """Return the root that the key for *purpose* comes from."""
        fitting = (root for start, root in self._lineage if purpose.startswith(start))
        return next(fitting, self._root)

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for *purpose*."""
        info = f"strongroom/v1/{purpose}".encode()
        root = self.root_of(purpose)
        return HKDF(SHA256(), length=32, salt=None, info=info).derive(root)

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """Return the Ed25519 key (RFC 8032) for *purpose*."""
        return Ed25519PrivateKey.from_private_bytes(self.derive(purpose))
