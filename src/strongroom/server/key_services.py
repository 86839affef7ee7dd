"""Key services: whoever keeps the root key's key, and wraps and unwraps it for us.

Guards a root key that must not lie on a disk in the clear. What the service wrapped
is kept in the data folder; without the service it is of no use.

    aws-kms:<key id or alias>                 AWS KMS, extra ``aws``
    transit:<mount>/<key>                     Vault or OpenBao at VAULT_ADDR
    pkcs11:<library>?token=<label>&key=<label>  a hardware module, extra ``pkcs11``
"""

import base64
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx

from .errors import CannotStart


CONTEXT = {"purpose": "strongroom root key"}
TIMEOUT_SECONDS = 10
BLOCK = 16


class RootWrapper(Protocol):
    """Wraps and unwraps a root key."""

    def wrap(self, root: bytes) -> bytes:
        """Return *root* as only this service can read it."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the root key that this service wrapped."""


class AWSKMS:
    """AWS KMS: a symmetric key, bound to our purpose."""

    def __init__(self, key: str) -> None:
        """Use *key*, an identifier or an alias; boto3 finds region and credentials."""
        self._key = key
        # lint: way-out, because the key service is the operator's own.
        self._client: Any = _load("boto3", "aws").client("kms")

    def wrap(self, root: bytes) -> bytes:
        """Encrypt *root*."""
        answer = self._client.encrypt(
            KeyId=self._key, Plaintext=root, EncryptionContext=CONTEXT
        )
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypt *wrapped*, by this key and no other."""
        answer = self._client.decrypt(
            KeyId=self._key, CiphertextBlob=wrapped, EncryptionContext=CONTEXT
        )
        return bytes(answer["Plaintext"])


class Transit:
    """The transit engine of HashiCorp Vault or OpenBao."""

    def __init__(self, path: str, environment: Mapping[str, str]) -> None:
        """Use ``mount/key`` at VAULT_ADDR with VAULT_TOKEN.

        Raises:
            CannotStart: one of them is missing, or the address is not private.

        """
        self._mount, _, self._key = path.rpartition("/")
        address, token = environment.get("VAULT_ADDR"), environment.get("VAULT_TOKEN")
        if not (self._mount and self._key and address and token):
            message = "transit:<mount>/<key> also needs VAULT_ADDR and VAULT_TOKEN"
            raise CannotStart(message)
        parts = urlsplit(address)
        near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if parts.scheme != "https" and not near:
            message = f"VAULT_ADDR {address} would carry the root key in the clear"
            raise CannotStart(message)
        # lint: way-out, because the key service is the operator's own.
        self._client = httpx.Client(
            base_url=address,
            headers={"x-vault-token": token},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )

    def wrap(self, root: bytes) -> bytes:
        """Encrypt *root*."""
        sent = {"plaintext": base64.b64encode(root).decode()}
        return str(self._ask("encrypt", sent)["ciphertext"]).encode()

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypt *wrapped*."""
        answer = self._ask("decrypt", {"ciphertext": wrapped.decode()})
        return base64.b64decode(answer["plaintext"], validate=True)

    def _ask(self, verb: str, sent: Mapping[str, str]) -> Any:
        answer = self._client.post(f"/v1/{self._mount}/{verb}/{self._key}", json=sent)
        answer.raise_for_status()
        return answer.json()["data"]


class HardwareModule:
    """A hardware module by PKCS#11: an AES key that never leaves it."""

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        """Use the library, token and key that *url* names, with the PIN given.

        Raises:
            CannotStart: the PIN or a name is missing.

        """
        parts, self._module = urlsplit(f"//x{url}"), _load("pkcs11", "pkcs11")
        names = {name: found[0] for name, found in parse_qs(parts.query).items()}
        pin = environment.get("STRONGROOM_PKCS11_PIN")
        if not (pin and {"token", "key"} <= set(names)):
            message = (
                "pkcs11:<library>?token=<label>&key=<label>"
                " also needs STRONGROOM_PKCS11_PIN"
            )
            raise CannotStart(message)
        self._library, self._names, self._pin = parts.path, names, pin

    def wrap(self, root: bytes) -> bytes:
        """Encrypt *root* in the module."""
        nonce = os.urandom(BLOCK)
        with self._session() as session:
            key = self._key(session)
            return nonce + bytes(key.encrypt(root, mechanism_param=nonce))

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypt *wrapped* in the module."""
        with self._session() as session:
            key = self._key(session)
            return bytes(key.decrypt(wrapped[BLOCK:], mechanism_param=wrapped[:BLOCK]))

    def _session(self) -> Any:
        token = self._module.lib(self._library).get_token(
            token_label=self._names["token"]
        )
        return token.open(user_pin=self._pin)

    def _key(self, session: Any) -> Any:
        kind = self._module.KeyType.AES
        return session.get_key(key_type=kind, label=self._names["key"])


def root_wrapper(url: str, environment: Mapping[str, str]) -> RootWrapper:
    """Return the service that *url* names.

    Raises:
        CannotStart: it names none, or its library is not installed.

    """
    scheme, _, rest = url.partition(":")
    if scheme == "aws-kms" and rest:
        return AWSKMS(rest)
    if scheme == "transit":
        return Transit(rest, environment)
    if scheme == "pkcs11":
        return HardwareModule(rest, environment)
    message = f"no key service is called {scheme!r}: aws-kms, transit or pkcs11"
    raise CannotStart(message)


def _load(module: str, extra: str) -> Any:
    try:
        # lint: local-imports, because only who chose this service has its library.
        return import_module(module)
    except ImportError:
        message = f"this key service needs pip install 'strongroom[{extra}]'"
        raise CannotStart(message) from None
