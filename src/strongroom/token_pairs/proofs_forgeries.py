"""Access tokens that an attacker might send, each for another reason not genuine.

Most are signed with the house's own key: what refuses them must be what they say. The
list follows RFC 8725 and the holes that JWT libraries have had.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from . import policy


Members = Mapping[str, Any]
Named = tuple[str, str]
"""What is wrong, and the token."""


@dataclass(frozen=True, slots=True)
class Forger:
    """Somebody with a genuine token and, where it helps, the house's own key."""

    issuer: policy.Issuer
    genuine: str
    now: datetime
    other_organization: str
    other_account: str

    @property
    def header(self) -> dict[str, Any]:
        """The genuine header."""
        return dict(policy.members_of(self.genuine.split(".")[0]))

    @property
    def payload(self) -> dict[str, Any]:
        """The genuine payload."""
        return dict(policy.members_of(self.genuine.split(".")[1]))

    def said(self, more: Members | None = None, header: Members | None = None) -> str:
        """Return a token with the house's signature that says *more*, or otherwise.

        A member that is None is left out.
        """
        return self.written(_json(self.header, header), _json(self.payload, more))

    def written(self, header: bytes, payload: bytes) -> str:
        """Return a token of these very bytes with the house's signature."""
        signed = f"{_encode(header)}.{_encode(payload)}"
        key = self.issuer.private(self.now)
        return f"{signed}.{_encode(key.sign(signed.encode()))}"

    def all(self) -> dict[str, str]:
        """Return every forgery by what is wrong with it."""
        return dict(
            (
                *self._signatures(),
                *self._headers(),
                *self._claims(),
                *self._forms(),
            )
        )

    def _signatures(self) -> Iterator[Named]:
        head, body, mac = self.genuine.split(".")
        none = _encode(_json(self.header, {"alg": "none"}))
        yield "alg none without a signature", f"{none}.{body}."
        yield "alg none with a signature", f"{none}.{body}.{mac}"
        yield "alg NonE", f"{_encode(_json(self.header, {'alg': 'NonE'}))}.{body}."
        yield "no signature", f"{head}.{body}."
        flipped = "B" if mac[0] == "A" else "A"
        yield "a changed signature", f"{head}.{body}.{flipped}{mac[1:]}"
        yield "a short signature", f"{head}.{body}.{mac[:-4]}"
        zeros = _encode(bytes(64))
        yield "a signature of zeros", f"{head}.{body}.{zeros}"
        swapped = _encode(_json(self.payload, {"sub": self.other_account}))
        yield "another's name under the signature", f"{head}.{swapped}.{mac}"
        yield "HS256 with the public key", self._by_public_key("raw")
        yield "HS256 with the key set", self._by_public_key("set")
        yield "another Ed25519 key", self._by_own_key({})
        yield "ES256", self._by_curve()

    def _headers(self) -> Iterator[Named]:
        wrong: dict[str, Members] = {
            "typ JWT": {"typ": "JWT"},
            "typ of an ID token": {"typ": "id_token+jwt"},
            "typ of a media type": {"typ": "application/at+jwt"},
            "typ in upper case": {"typ": "AT+JWT"},
            "no typ": {"typ": None},
            "no alg": {"alg": None},
            "alg EdDSA": {"alg": "EdDSA"},
            "alg as a list": {"alg": ["Ed25519"]},
            "no kid": {"kid": None},
            "kid of nobody": {"kid": "nobody"},
            "kid as a path": {"kid": "../../../../dev/null"},
            "kid as SQL": {"kid": "x' union select 'secret"},
            "kid as a number": {"kid": 0},
            "crit": {"crit": ["exp"]},
            "crit of nothing": {"crit": []},
            "b64 false": {"b64": False, "crit": ["b64"]},
            "jku": {"jku": "https://evil.example/keys"},
            "x5u": {"x5u": "https://evil.example/chain"},
            "x5c": {"x5c": ["MIIB"]},
            "zip": {"zip": "DEF"},
            "cty JWT": {"cty": "JWT"},
        }
        for what, members in wrong.items():
            yield what, self.said(header=members)
        yield "an embedded key", self._by_own_key({"jwk": True})
        header, body = _json(self.header), _json(self.payload)
        yield "alg twice", self.written(b'{"alg":"none",' + header[1:], body)

    def _claims(self) -> Iterator[Named]:
        moment = int(self.now.timestamp())
        wrong: dict[str, Members] = {
            "expired": {"iat": moment - 400, "exp": moment - 1},
            "an hour of life": {"exp": moment + 3600},
            "no end": {"exp": None},
            "an end in words": {"exp": "tomorrow"},
            "an end as a fraction": {"exp": moment + 60.5},
            "from the future": {"iat": moment + 60, "exp": moment + 120},
            "nbf": {"nbf": moment + 300},
            "another audience": {"aud": "https://evil.example/api"},
            "two audiences": {"aud": [self.issuer.audience, "https://evil.example"]},
            "no audience": {"aud": None},
            "another issuer": {"iss": "https://evil.example"},
            "an issuer with a slash": {"iss": f"{self.issuer.url}/"},
            "no issuer": {"iss": None},
            "another organization": {"org": self.other_organization},
            "another account": {"sub": self.other_account},
            "another session": {"sid": str(uuid4())},
            "another app": {"client_id": str(uuid4())},
            "an account that is no id": {"sub": "admin"},
            "a role of its own": {"role": "owner"},
            "scopes of its own": {"scope": "member.remove"},
        }
        for what, members in wrong.items():
            yield what, self.said(members)
        header, body = _json(self.header), _json(self.payload)
        twice = f'{{"sub":"{self.other_account}",'.encode() + body[1:]
        yield "sub twice", self.written(header, twice)

    def _forms(self) -> Iterator[Named]:
        head, body, mac = self.genuine.split(".")
        yield "a JWE", f"{head}.{body}.{mac}.{mac}.{mac}"
        yield "two parts", f"{head}.{body}"
        yield (
            "the JSON form",
            json.dumps({"protected": head, "payload": body, "signature": mac}),
        )
        yield "padding", f"{head}==.{body}.{mac}"
        yield "a huge payload", self.said({"jti": "0" * 6000})
        yield "deep nesting", self.written(_json(self.header), b"[" * 500 + b"]" * 500)
        yield "a list for a header", self.written(b"[]", _json(self.payload))
        yield "no JSON", self.written(_json(self.header), b"sub=admin")
        yield "one letter more", f"{self.genuine}A"
        yield "white space", f"{self.genuine[:20]} {self.genuine[20:]}"

    def _by_public_key(self, which: str) -> str:
        published = self.issuer.signing(self.now)
        as_set = json.dumps(policy.key_set([published])).encode()
        raw = published.public_key.public_bytes_raw()
        secret = raw if which == "raw" else as_set
        head = _encode(_json(self.header, {"alg": "HS256"}))
        signed = f"{head}.{_encode(_json(self.payload))}"
        return f"{signed}.{_encode(hmac.digest(secret, signed.encode(), 'sha256'))}"

    def _by_own_key(self, more: Members) -> str:
        key = Ed25519PrivateKey.generate()
        public = _encode(key.public_key().public_bytes_raw())
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": public}
        header = _json(self.header, {"jwk": jwk} if more else {})
        signed = f"{_encode(header)}.{_encode(_json(self.payload))}"
        return f"{signed}.{_encode(key.sign(signed.encode()))}"

    def _by_curve(self) -> str:
        header = _json(self.header, {"alg": "ES256"})
        signed = f"{_encode(header)}.{_encode(_json(self.payload))}"
        key = generate_private_key(SECP256R1())
        return f"{signed}.{_encode(key.sign(signed.encode(), ECDSA(SHA256())))}"


def _json(members: Members, more: Members | None = None) -> bytes:
    changed = {**members, **(more or {})}
    kept = {name: value for name, value in changed.items() if value is not None}
    return json.dumps(kept, separators=(",", ":")).encode()


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
