"""What a service is, and what its calls say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from strongroom.kernel import Caller, Secret


@dataclass(frozen=True, slots=True)
class Signer:
    """A program of the operator that may call service routes."""

    id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewSigner:
    """A service just added, and its private key, which is shown this once."""

    id: UUID
    name: str
    private_key: Secret
    """The Ed25519 seed, 32 bytes in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call as it came."""

    method: str
    url: str
    """Scheme, authority, path and query, as the service reached us."""

    body: bytes
    digest: str
    """The header ``Content-Digest`` (RFC 9530)."""

    signature_input: str
    signature: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential that somebody showed to a service, and from where."""

    token: Secret
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Introspected:
    """For whom a credential acts at this moment, if for anybody."""

    caller: Caller | None
