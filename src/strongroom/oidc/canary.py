"""A provider of canaries: honest in what it speaks, and silent without the root key.

A code is the ID token itself, sealed together with the PKCE challenge and the address
that it may be sent to. So the prover, who holds the key, decides what a provider would
say, wrong things included, and nothing is kept in between.
"""

import hmac
import time
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey

from strongroom.kernel import Secret

from .flow import challenge_of


CLIENT_ID = "strongroom"
KEY_ID = "canary"
CODE_SECONDS = 60
_SIGNED = {"alg": "Ed25519", "kid": KEY_ID}  # RFC 9864 §2.2.
_SEALED = {"alg": "HS256"}


class CanaryProvider:
    """Speaks as an OpenID provider; one holder of the keys decides what it says."""

    def __init__(
        self, issuer: str, key: Ed25519PrivateKey, sealing: bytes, secret: Secret
    ) -> None:
        """Sign by *key* as *issuer*; take codes that *sealing* sealed."""
        self.issuer, self.secret = issuer, secret
        self._key = OKPKey.import_key(_pem(key), {"kid": KEY_ID, "use": "sig"})
        self._sealing = OctKey.import_key(sealing)

    def metadata(self) -> dict[str, Any]:
        """Return the discovery document (OpenID Connect Discovery 1.0 §3)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_SIGNED["alg"]],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        """Return the public key, as a set (RFC 7517 §5)."""
        return {"keys": [self._key.as_dict(private=False)]}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return an ID token that says *claims*, whatever they are."""
        return jwt.encode(_SIGNED, dict(claims), self._key, algorithms=["Ed25519"])

    def code(self, id_token: str, challenge: str, redirect_uri: str) -> str:
        """Return a code that is worth *id_token* to whoever knows the verifier."""
        told = {"id_token": id_token, "challenge": challenge, "to": redirect_uri}
        ends = {"exp": int(time.time()) + CODE_SECONDS}
        return jwt.encode(_SEALED, told | ends, self._sealing)

    def exchange(self, form: Mapping[str, str]) -> str | None:
        """Return the ID token that a code is worth, or None where it is refused."""
        try:
            told = jwt.decode(form["code"], self._sealing, algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return None
        client = (form["client_id"], form["client_secret"])
        holds = (
            told["exp"] > time.time()
            and client[0] == CLIENT_ID
            and hmac.compare_digest(client[1], self.secret.reveal())
            and told["to"] == form["redirect_uri"]
            and told["challenge"] == challenge_of(form["code_verifier"])
        )
        return str(told["id_token"]) if holds else None


def _pem(key: Ed25519PrivateKey) -> bytes:
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form)
