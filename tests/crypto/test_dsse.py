"""Signed statements: what was signed opens, and nothing else does."""

import base64
import copy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from strongroom.crypto import (
    Envelope,
    SignatureInvalid,
    canonical_json,
    open_envelope,
    public_jwk,
    public_keys,
    sign,
)
from strongroom.crypto.dsse import PAYLOAD_TYPE, pre_authentication_encoding


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STATEMENT = {"says": "the door is shut", "at": [1, 2, 3], "who": "é", "none": None}
KEYS = public_keys({"keys": [public_jwk(KEY.public_key())]})

RFC_8037_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def flipped(text: str) -> list[str]:
    """Return base64 *text* with one bit of each of its bytes flipped, one at a time."""
    raw = base64.b64decode(text)
    found = []
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        found.append(base64.b64encode(changed).decode())
    return found


def altered(envelope: Envelope, **changes: Any) -> Envelope:
    """Return *envelope* with some members changed, those of its signature included."""
    other = copy.deepcopy(envelope)
    for name, value in changes.items():
        (other if name in other else other["signatures"][0])[name] = value
    return other


def test_what_was_signed_opens() -> None:
    """A signed statement comes back as it was."""
    assert open_envelope(sign(STATEMENT, KEY), KEYS) == STATEMENT


def test_the_encoding_is_that_of_the_specification() -> None:
    """The example of the DSSE protocol document is encoded byte by byte."""
    encoded = pre_authentication_encoding(
        "http://example.com/HelloWorld", b"hello world"
    )
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_keep_the_parts_apart() -> None:
    """Bytes cannot be moved from the type to the payload."""
    assert pre_authentication_encoding("a", b"b c") != pre_authentication_encoding(
        "a b", b"c"
    )


@pytest.mark.parametrize("member", ["payload", "sig"])
def test_any_flipped_byte_is_noticed(member: str) -> None:
    """Whichever byte of payload or signature changes, the envelope does not open."""
    envelope = sign(STATEMENT, KEY)
    assert open_envelope(envelope, KEYS) == STATEMENT
    (signature,) = envelope["signatures"]
    broken = flipped((envelope | signature)[member])
    assert broken
    for each in broken:
        with pytest.raises(SignatureInvalid):
            open_envelope(altered(envelope, **{member: each}), KEYS)


@pytest.mark.parametrize(
    "changes",
    [
        {"payloadType": "application/vnd.in-toto+jsoN"},
        {"keyid": "somebody-else"},
        {"sig": ""},
        {"sig": "not base64"},
        {"payload": "not base64"},
        {"payload": ""},
        {"signatures": []},
        {"signatures": [{}]},
        {"signatures": None},
    ],
    ids=str,
)
def test_a_malformed_envelope_does_not_open(changes: dict[str, Any]) -> None:
    """Another type, no signature, another key's name: each is refused."""
    with pytest.raises(SignatureInvalid):
        open_envelope(altered(sign(STATEMENT, KEY), **changes), KEYS)


def test_another_key_does_not_verify() -> None:
    """A signature by another key is refused, also under our key's name."""
    other = Ed25519PrivateKey.generate()
    envelope = sign(STATEMENT, other)
    with pytest.raises(SignatureInvalid):
        open_envelope(envelope, KEYS)
    with pytest.raises(SignatureInvalid):
        open_envelope(altered(envelope, keyid=next(iter(KEYS))), KEYS)


def test_an_envelope_without_members_does_not_open() -> None:
    """An empty object is refused, not an error of another kind."""
    with pytest.raises(SignatureInvalid):
        open_envelope({}, KEYS)


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The key of RFC 8037 A.2 has the RFC 7638 thumbprint of RFC 8037 A.3."""
    raw = base64.urlsafe_b64decode(RFC_8037_X + "=")
    jwk = public_jwk(Ed25519PublicKey.from_public_bytes(raw))
    assert (jwk["x"], jwk["kid"]) == (RFC_8037_X, RFC_8037_THUMBPRINT)


def test_a_key_must_bear_its_own_name() -> None:
    """A key set that names a key otherwise is refused."""
    jwk = public_jwk(KEY.public_key()) | {"kid": RFC_8037_THUMBPRINT}
    with pytest.raises(SignatureInvalid):
        public_keys({"keys": [jwk]})


def test_canonical_json_does_not_depend_on_order() -> None:
    """Two ways to write one statement are the same bytes."""
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1})
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()


def test_openssl_agrees(tmp_path: Path) -> None:
    """A stranger verifies the signature with openssl alone, and a changed one fails."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine")
    envelope = sign(STATEMENT, KEY)
    payload = base64.b64decode(envelope["payload"])
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    public = KEY.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(public)
    (tmp_path / "sig").write_bytes(signature)
    assert openssl_accepts(tmp_path, pre_authentication_encoding(PAYLOAD_TYPE, payload))
    assert not openssl_accepts(tmp_path, payload)


def openssl_accepts(folder: Path, signed: bytes) -> bool:
    """Say whether openssl finds that the key in *folder* signed these bytes."""
    (folder / "signed").write_bytes(signed)
    said = subprocess.run(
        [
            *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem"),
            *("-rawin", "-in", "signed", "-sigfile", "sig"),
        ],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return said.returncode == 0
