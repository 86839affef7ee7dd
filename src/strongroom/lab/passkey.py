"""A canary's passkey, in software: it signs what it is asked, or what it is told to.

It speaks WebAuthn Level 3 by itself, and not by the house's code: a key of P-256
(COSE, RFC 9053 §2.1), no attestation, and a counter. A forgery is signed as well as the
truth, so that the lie itself has to be noticed.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import cbor2
import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from .errors import require_provable


PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # WebAuthn §6.1.
SIGN_IN = "/api/v1/sessions/passkey"

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Forgery:
    """What an answer says otherwise than it should; None is the truth."""

    origin: str | None = None
    rp_id: str | None = None
    challenge: str | None = None
    handle: bytes | None = None
    count: int | None = None
    kind: str | None = None
    verified: bool = True
    key: bytes | None = None
    """What a new passkey says its key is, in COSE."""

    own_key: bool = True
    """Whether it is signed by the passkey's key, and not by one of the forger."""


TRUTH = Forgery()


class PasskeyDevice:
    """An authenticator that holds one passkey for one site."""

    def __init__(self, url: str) -> None:
        """Make a key pair for the site at *url*."""
        self.origin, self.rp_id = url, urlsplit(url).hostname or ""
        self.credential_id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: Options, forged: Forgery = TRUTH) -> dict[str, Any]:
        """Return a new passkey for what ``navigator.credentials.create`` was given."""
        self.handle = decoded(options["user"]["id"])
        told = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(forged, ATTESTED) + self._attested(forged),
        }
        response = {
            "clientDataJSON": encoded(self._client("webauthn.create", options, forged)),
            "attestationObject": encoded(cbor2.dumps(told)),
            "transports": ["internal"],
        }
        return self._credential(response)

    def show(self, options: Options, forged: Forgery = TRUTH) -> dict[str, Any]:
        """Return the answer to what ``navigator.credentials.get`` was given."""
        self.count += 1
        client = self._client("webauthn.get", options, forged)
        data = self._data(forged)
        key = self._key if forged.own_key else ec.generate_private_key(ec.SECP256R1())
        signed = data + hashlib.sha256(client).digest()
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": encoded(forged.handle or self.handle),
        }
        return self._credential(response)

    def _client(self, kind: str, options: Options, forged: Forgery) -> bytes:
        told = {
            "type": forged.kind or kind,
            "challenge": forged.challenge or options["challenge"],
            "origin": forged.origin or self.origin,
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _data(self, forged: Forgery, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if forged.verified else 0)
        count = self.count if forged.count is None else forged.count
        site = hashlib.sha256((forged.rp_id or self.rp_id).encode()).digest()
        return site + bytes([flags]) + count.to_bytes(4, "big")

    def _attested(self, forged: Forgery) -> bytes:
        point = self._key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (point.x, point.y))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})  # RFC 9053 §7.1.1.
        length = len(self.credential_id).to_bytes(2, "big")
        told = key if forged.key is None else forged.key
        return bytes(16) + length + self.credential_id + told

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = encoded(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }


def encoded(content: bytes) -> str:
    """Return bytes as WebAuthn writes them in JSON: base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return what `encoded` wrote."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def make_passkey(
    http: httpx.AsyncClient, password: str, name: str = "Canary's device"
) -> tuple[PasskeyDevice, dict[str, Any]]:
    """Return a passkey of whoever *http* is signed in as, and what was answered.

    Raises:
        Unprovable: none can be made.

    """
    device = PasskeyDevice(str(http.base_url).rstrip("/"))
    asked = await http.post("/api/v1/passkeys/options", json={"password": password})
    require_provable(asked.is_success, f"asking answers {asked.status_code}")
    form = {"name": name, "credential": device.make(asked.json()["options"])}
    answer = await http.post("/api/v1/passkeys", json=form)
    require_provable(answer.is_success, f"a new passkey answers {answer.status_code}")
    told: dict[str, Any] = answer.json()
    return device, told


async def asked_for_passkey(http: httpx.AsyncClient) -> Options:
    """Return what a browser is given to show a passkey.

    Raises:
        Unprovable: nobody is asked.

    """
    answer = await http.get("/api/v1/passkeys/challenge")
    require_provable(answer.is_success, f"asking answers {answer.status_code}")
    options: Options = answer.json()["options"]
    return options


async def sign_in_by_passkey(
    http: httpx.AsyncClient, device: PasskeyDevice, forged: Forgery = TRUTH
) -> httpx.Response:
    """Show a passkey, or a forgery of one, for a question that was just asked."""
    options = await asked_for_passkey(http)
    form = {"credential": device.show(options, forged)}
    return await http.post(SIGN_IN, json=form)
