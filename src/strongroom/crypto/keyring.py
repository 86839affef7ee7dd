"""Every key of the house, derived from one root.

Guards against keys that are shared between purposes. It does not read or store
the root: whoever opens the house brings it.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


ROOT_BYTES = 32


class Keyring:
    """Derives one independent key per purpose (HKDF-SHA-256, RFC 5869)."""

    def __init__(self, root: bytes) -> None:
        """Keep the *root*, 32 random bytes.

        Raises:
            ValueError: it has another length.

        """
        if len(root) != ROOT_BYTES:
            message = f"the root key must have {ROOT_BYTES} bytes"
            raise ValueError(message)
        self._root = root

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for *purpose*."""
        info = f"strongroom/v1/{purpose}".encode()
        return HKDF(SHA256(), length=32, salt=None, info=info).derive(self._root)

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """Return the Ed25519 key (RFC 8032) for *purpose*."""
        return Ed25519PrivateKey.from_private_bytes(self.derive(purpose))
