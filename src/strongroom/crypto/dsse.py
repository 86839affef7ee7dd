"""Signed statements: DSSE envelopes with Ed25519, keys published as a JWK set.

Guards against evidence that was edited or made by somebody else. A signature says
who and when; it never says that a statement is true.
DSSE v1.0 (secure-systems-lab/dsse), RFC 8037 (OKP keys), RFC 7638 (thumbprints).
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from .base64url import from_base64url, to_base64url


PAYLOAD_TYPE = "application/vnd.in-toto+json"

Envelope = dict[str, Any]


class SignatureInvalid(Exception):
    """The envelope is malformed, altered, or signed by an unknown key."""


def canonical_json(value: object) -> bytes:
    """Return *value* as JSON with sorted keys and no spaces, in UTF-8."""
    return msgspec.json.encode(value, order="sorted")


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that DSSE signs: lengths first, so nothing can be moved."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """Return *key* as a JWK whose ``kid`` is its RFC 7638 thumbprint."""
    x = to_base64url(key.public_bytes_raw())
    members = {"crv": "Ed25519", "kty": "OKP", "x": x}
    thumbprint = to_base64url(hashlib.sha256(canonical_json(members)).digest())
    return {**members, "kid": thumbprint, "use": "sig", "alg": "EdDSA"}


def sign(statement: Mapping[str, Any], key: Ed25519PrivateKey) -> Envelope:
    """Return a DSSE envelope over *statement*."""
    payload = canonical_json(statement)
    signature = key.sign(pre_authentication_encoding(PAYLOAD_TYPE, payload))
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {
                "keyid": public_jwk(key.public_key())["kid"],
                "sig": base64.b64encode(signature).decode(),
            }
        ],
    }


def open_envelope(
    envelope: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]
) -> Any:
    """Return the statement inside *envelope* once one of *keys* verifies it.

    Raises:
        SignatureInvalid: no known key signed exactly these bytes.

    """
    try:
        payload = base64.b64decode(envelope["payload"], validate=True)
        signed = pre_authentication_encoding(envelope["payloadType"], payload)
        for signature in envelope["signatures"]:
            known = keys.get(signature["keyid"])
            if known is not None:
                known.verify(base64.b64decode(signature["sig"], validate=True), signed)
                return msgspec.json.decode(payload)
    except (InvalidSignature, KeyError, TypeError, ValueError) as reason:
        message = "the envelope's signature does not hold"
        raise SignatureInvalid(message) from reason
    message = "no known key signed this envelope"
    raise SignatureInvalid(message)


def public_keys(key_set: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    """Return the Ed25519 keys of a JWK set by their ``kid``.

    Raises:
        SignatureInvalid: a key is malformed, or not named by its own thumbprint.

    """
    found = {}
    for jwk in key_set["keys"]:
        key = Ed25519PublicKey.from_public_bytes(from_base64url(jwk["x"]))
        kid = public_jwk(key)["kid"]
        if kid != jwk.get("kid"):
            message = "a key is not named by its thumbprint"
            raise SignatureInvalid(message)
        found[kid] = key
    return found
