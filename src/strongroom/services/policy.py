"""Signed calls: RFC 9421, narrowed to one profile.

Every signature covers the method, the whole address and the body's digest, and says
when it was made, by whom, and a nonce. What is written otherwise is refused unread, so
no signer can leave out what a reader relies on.
"""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from .errors import ServiceSignatureInvalid
from .models import ServiceCall


SERVICE_PATHS = "/api/v1/service/"
"""Below this, and nowhere else, a service's signature is a credential."""

WINDOW = timedelta(seconds=60)
"""How old a signature may be, and how far ahead a service's clock."""

_PARAMETERS = re.compile(
    r'sig=(\("@method" "@target-uri" "content-digest"\)'
    r";created=(?P<created>[0-9]{1,12})"
    r';keyid="(?P<key>[0-9a-f-]{36})"'
    r';alg="ed25519"'
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{16,64})")'
)
_SIGNATURE = re.compile(r"sig=:([A-Za-z0-9+/]{86}==):")


@dataclass(frozen=True, slots=True)
class Said:
    """What a signature says about itself."""

    service_id: UUID
    created: int
    nonce: str
    parameters: str
    signature: bytes


def sign_call(
    key: Ed25519PrivateKey,
    service_id: UUID,
    method: str,
    url: str,
    body: bytes,
    *,
    now: datetime,
    nonce: str,
) -> dict[str, str]:
    """Return the three headers that sign a call to *url* with *body*."""
    parameters = (
        '("@method" "@target-uri" "content-digest")'
        f';created={int(now.timestamp())};keyid="{service_id}"'
        f';alg="ed25519";nonce="{nonce}"'
    )
    digest = digest_of(body)
    base = signature_base(method, url, digest, parameters)
    signature = b64encode(key.sign(base)).decode()
    return {
        "content-digest": digest,
        "signature-input": f"sig={parameters}",
        "signature": f"sig=:{signature}:",
    }


def read_signature(call: ServiceCall, now: datetime) -> Said:
    """Return what a call's signature says, before it is checked.

    Raises:
        ServiceSignatureInvalid: it is of another form, not of now, or of another body.

    """
    said = _PARAMETERS.fullmatch(call.signature_input)
    signature = _SIGNATURE.fullmatch(call.signature)
    if said is None or signature is None:
        raise ServiceSignatureInvalid
    created = int(said["created"])
    is_now = abs(now.timestamp() - created) <= WINDOW.total_seconds()
    if not (is_now and is_whole(call)):
        raise ServiceSignatureInvalid
    try:
        service_id = UUID(said["key"])
    except ValueError:
        raise ServiceSignatureInvalid from None
    return Said(service_id, created, said["nonce"], said[1], b64decode(signature[1]))


def require_signed(call: ServiceCall, said: Said, public_key: bytes) -> None:
    """Accept a call that was signed by the key's holder.

    Raises:
        ServiceSignatureInvalid: it was not.

    """
    base = signature_base(call.method, call.url, call.digest, said.parameters)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(said.signature, base)
    except InvalidSignature:
        raise ServiceSignatureInvalid from None


def is_whole(call: ServiceCall) -> bool:
    """Say whether the body is the one that the digest is of."""
    return hmac.compare_digest(digest_of(call.body).encode(), call.digest.encode())


def signature_base(method: str, url: str, digest: str, parameters: str) -> bytes:
    """Return the bytes that are signed (RFC 9421 §2.5)."""
    lines = (
        f'"@method": {method}',
        f'"@target-uri": {url}',
        f'"content-digest": {digest}',
        f'"@signature-params": {parameters}',
    )
    return "\n".join(lines).encode()


def digest_of(body: bytes) -> str:
    """Return a body's Content-Digest (RFC 9530)."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"
