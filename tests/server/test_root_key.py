"""The root key comes from exactly one source, and every mistake is one clear line."""

import asyncio
import base64
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.server.data_folder import DataFolder
from strongroom.server.errors import CannotStart, NotRunning, Sealed
from strongroom.server.handover import bring_root, find_root, opened_root
from strongroom.server.root_key import take_root


KEY = bytes(range(32))
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """Return a folder without a root key."""
    made = DataFolder(tmp_path / "data")
    made.create(with_root_key=False)
    return made


def test_a_key_in_the_environment_is_taken_out_of_it(folder: DataFolder) -> None:
    """Once read it is no longer there, so no child inherits it."""
    environment = {"STRONGROOM_ROOT_KEY": KEY.hex(), "PATH": "/bin"}
    assert take_root(folder, environment).key == KEY
    assert environment == {"PATH": "/bin"}


def test_a_private_file_and_a_credential_are_read(
    folder: DataFolder, tmp_path: Path
) -> None:
    """Both hold the key as hexadecimal digits, with or without a line's end."""
    file = tmp_path / "strongroom-root-key"
    file.write_text(f"{KEY.hex()}\n", encoding="ascii")
    file.chmod(0o400)
    assert take_root(folder, {"STRONGROOM_ROOT_KEY_FILE": str(file)}).key == KEY
    found = take_root(folder, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert (found.key, found.source) == (KEY, "a credential")
    assert KEY.hex() not in repr(found)


def test_a_file_that_others_read_is_refused(folder: DataFolder, tmp_path: Path) -> None:
    """The line says which right to take away."""
    file = tmp_path / "key"
    file.write_text(KEY.hex(), encoding="ascii")
    file.chmod(0o440)
    with pytest.raises(CannotStart, match="chmod 0400"):
        take_root(folder, {"STRONGROOM_ROOT_KEY_FILE": str(file)})


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"STRONGROOM_ROOT_KEY": "00" * 31}, "64 hexadecimal digits"),
        ({"STRONGROOM_ROOT_KEY": "not a key"}, "64 hexadecimal digits"),
        ({"STRONGROOM_ROOT_KEY_FILE": "/nowhere"}, "cannot be read"),
        ({"STRONGROOM_ROOT_KEY_SERVICE": "gpg:me"}, "no key service"),
        ({"STRONGROOM_ROOT_KEY_SERVICE": "transit:transit/root"}, "VAULT_ADDR"),
        (
            {
                "STRONGROOM_ROOT_KEY_SERVICE": "transit:transit/root",
                "VAULT_ADDR": "http://vault.example",
                "VAULT_TOKEN": "t",
            },
            "in the clear",
        ),
        ({"STRONGROOM_ROOT_KEY_SERVICE": "pkcs11:/x.so?token=a"}, "PKCS11_PIN"),
        ({"STRONGROOM_ROOT_KEY": "00", "STRONGROOM_ROOT_KEY_FILE": "/x"}, "keep one"),
        ({}, "there is no root key"),
    ],
)
def test_a_mistake_is_one_line(
    folder: DataFolder, environment: dict[str, str], words: str
) -> None:
    """Each says what is wrong with which source."""
    with pytest.raises(CannotStart, match=words) as told:
        take_root(folder, environment)
    assert "\n" not in str(told.value)


def test_two_different_keys_are_refused(tmp_path: Path) -> None:
    """A key in the folder beside another in the environment is a mistake."""
    folder = DataFolder(tmp_path / "data")
    folder.create()
    with pytest.raises(CannotStart, match="another root key"):
        take_root(folder, {"STRONGROOM_ROOT_KEY": KEY.hex()})
    same = folder.root_key().hex()
    assert take_root(folder, {"STRONGROOM_ROOT_KEY": same}).key == folder.root_key()


def require_wrapped(folder: DataFolder, environment: dict[str, str]) -> None:
    """Make a key by a service, find it again, and find nothing of it in the folder."""
    first = take_root(folder, environment).key
    assert take_root(folder, environment).key == first
    stored = folder.wrapped_root.read_text(encoding="ascii")
    assert first.hex() not in stored
    assert not folder.has_root_key()
    altered = bytearray.fromhex(stored)
    altered[-1] ^= 1
    folder.wrapped_root.write_text(altered.hex(), encoding="ascii")
    try:
        again = take_root(folder, environment).key
    except CannotStart as refused:
        assert "refuses" in str(refused)  # noqa: PT017 - some ciphers have no tag.
    else:
        assert again != first


@moto.mock_aws
def test_aws_kms_keeps_the_key(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root key is made once, wrapped by KMS, and unwrapped at the next start."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    client: Any = boto3.client("kms")  # type: ignore[no-untyped-call]
    key = client.create_key()["KeyMetadata"]["KeyId"]
    require_wrapped(folder, {"STRONGROOM_ROOT_KEY_SERVICE": f"aws-kms:{key}"})


class Transit(BaseHTTPRequestHandler):
    """Speaks the part of the transit engine that we use, with a key of its own."""

    cipher = AESGCM(KEY)

    def do_POST(self) -> None:
        """Encrypt or decrypt, for whoever has the token."""
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers["x-vault-token"] != "right":
            self._answer(403, {"errors": ["permission denied"]})
            return
        try:
            self._answer(200, {"data": self._data(sent)})
        except Exception:  # noqa: BLE001 - the engine answers 400 for whatever is wrong.
            self._answer(400, {"errors": ["invalid ciphertext"]})

    def _data(self, sent: dict[str, str]) -> dict[str, str]:
        if self.path == "/v1/transit/encrypt/root":
            plain, nonce = base64.b64decode(sent["plaintext"]), os.urandom(12)
            raw = nonce + self.cipher.encrypt(nonce, plain, None)
            return {"ciphertext": f"vault:v1:{base64.b64encode(raw).decode()}"}
        raw = base64.b64decode(sent["ciphertext"].removeprefix("vault:v1:"))
        plain = self.cipher.decrypt(raw[:12], raw[12:], None)
        return {"plaintext": base64.b64encode(plain).decode()}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def transit() -> Iterator[dict[str, str]]:
    """Lend a transit engine, as the environment that names it."""
    server = HTTPServer(("127.0.0.1", 0), Transit)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "STRONGROOM_ROOT_KEY_SERVICE": "transit:transit/root",
        "VAULT_ADDR": f"http://127.0.0.1:{server.server_port}",
        "VAULT_TOKEN": "right",
    }
    server.shutdown()
    server.server_close()


def test_transit_keeps_the_key(folder: DataFolder, transit: dict[str, str]) -> None:
    """Vault's and OpenBao's engine wraps the root key and unwraps it again."""
    with pytest.raises(CannotStart, match="403"):
        take_root(folder, transit | {"VAULT_TOKEN": "wrong"})
    require_wrapped(folder, transit)


@pytest.mark.skipif(not SOFTHSM.exists(), reason="softhsm2 is not installed here")
def test_a_hardware_module_keeps_the_key(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM wraps the root key under an AES key that never leaves it."""
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm.conf"
    settings.write_text(f"directories.tokendir = {tmp_path}/tokens\n", encoding="ascii")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    util = shutil.which("softhsm2-util")
    assert util is not None
    pins = ("--pin", "1234", "--so-pin", "5678")
    words = ("--init-token", "--free", "--label", "house", *pins)
    subprocess.run([util, *words], check=True, capture_output=True)
    pkcs11 = pytest.importorskip("pkcs11", reason="the extra pkcs11 is not installed")
    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="house")
    with token.open(rw=True, user_pin="1234") as session:
        session.generate_key(pkcs11.KeyType.AES, 256, store=True, label="root")
    environment = {
        "STRONGROOM_ROOT_KEY_SERVICE": f"pkcs11:{SOFTHSM}?token=house&key=root",
        "STRONGROOM_PKCS11_PIN": "1234",
    }
    require_wrapped(folder, environment)


async def test_a_sealed_server_waits_for_its_key(tmp_path: Path) -> None:
    """It says what to do, refuses another key, and opens with the right one."""
    folder = DataFolder(tmp_path / ("long" * 30) / "data")
    folder.create()
    key = folder.root_key()
    folder.keep_split(key, 2, 3)
    with pytest.raises(Sealed, match="vault unseal"):
        take_root(folder, {})
    with pytest.raises(NotRunning, match="no server waits"):
        bring_root(folder, key)
    told: list[str] = []

    async def serve() -> bytes | None:
        stop = asyncio.Event()
        async with opened_root(folder, {}, stop, told.append) as root:
            asked = await asyncio.to_thread(find_root, folder, {})
            assert root is not None
            assert asked == root.key
            with pytest.raises(CannotStart, match="open already"):
                await asyncio.to_thread(bring_root, folder, key)
            return root.key

    serving = asyncio.create_task(serve())
    while not folder.handover.exists() or not told:  # noqa: ASYNC110 - another task.
        await asyncio.sleep(0.01)
    with pytest.raises(CannotStart, match="another key"):
        await asyncio.to_thread(bring_root, folder, KEY)
    with pytest.raises(Sealed):
        await asyncio.to_thread(find_root, folder, {})
    await asyncio.to_thread(bring_root, folder, key)
    assert await serving == key
    assert len(told) == 1
    assert not folder.handover.exists()
