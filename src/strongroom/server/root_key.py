"""Where the root key comes from: exactly one source, or a line that says what to do.

Guards against two sources that contradict each other, against a key that others can
read, and against children that inherit it in their environment.

    STRONGROOM_ROOT_KEY           64 hexadecimal digits; taken out once it is read
    STRONGROOM_ROOT_KEY_FILE      a file that only its owner reads
    STRONGROOM_ROOT_KEY_SERVICE   a key service; see ``key_services``
    $CREDENTIALS_DIRECTORY        systemd's credential ``strongroom-root-key``
    DATA/keys/root.key            made at the first start when nothing else is named
    DATA/keys/split.json          the key is in shares: ``strongroom vault unseal``
"""

import os
import stat
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from .data_folder import DataFolder, write_new
from .errors import CannotStart, Sealed
from .key_services import RootWrapper, root_wrapper


VALUE = "STRONGROOM_ROOT_KEY"
FILE = "STRONGROOM_ROOT_KEY_FILE"
SERVICE = "STRONGROOM_ROOT_KEY_SERVICE"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
CREDENTIAL = "strongroom-root-key"

ROOT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Root:
    """The root key, and where it came from."""

    key: bytes
    source: str

    def __repr__(self) -> str:
        """Show the source and nothing of the key."""
        return f"Root(from {self.source})"


def take_root(folder: DataFolder, environment: Mapping[str, str]) -> Root:
    """Return the root key, and take it out of *environment* if it was there.

    Raises:
        CannotStart: there is none, or two, or it cannot be read.
        Sealed: it is in shares that nobody has brought yet.

    """
    named = [name for name in (VALUE, FILE, SERVICE) if environment.get(name)]
    if len(named) > 1:
        message = f"{' and '.join(named)} are both set: keep one"
        raise CannotStart(message)
    if not named:
        return _unnamed(folder, environment)
    root = _named(named[0], folder, environment)
    if folder.has_root_key() and folder.root_key() != root.key:
        message = (
            f"{folder.root_key_file} holds another root key than {named[0]}:"
            " remove the one that is wrong"
        )
        raise CannotStart(message)
    return root


def names_a_root(environment: Mapping[str, str]) -> bool:
    """Say whether the environment brings the root key, so that none is made."""
    named = any(environment.get(name) for name in (VALUE, FILE, SERVICE))
    return named or _credential(environment) is not None


def _named(name: str, folder: DataFolder, environment: Mapping[str, str]) -> Root:
    if name == VALUE:
        text = environment[VALUE]
        if isinstance(environment, MutableMapping):
            del environment[VALUE]  # Children must not inherit it.
        return Root(_parsed(text, VALUE), "the environment")
    if name == FILE:
        return Root(read_root(Path(environment[FILE])), "a private file")
    service = root_wrapper(environment[SERVICE], environment)
    return Root(_from_service(service, folder), "a key service")


def _unnamed(folder: DataFolder, environment: Mapping[str, str]) -> Root:
    credential = _credential(environment)
    if credential is not None:
        text = credential.read_text(encoding="ascii", errors="replace")
        return Root(_parsed(text, str(credential)), "a credential")
    if folder.has_root_key():
        return Root(read_root(folder.root_key_file), "a private file")
    if folder.split_note.exists():
        raise Sealed(folder.path)
    message = f"there is no root key: {folder.root_key_file} is missing"
    raise CannotStart(message)


def _credential(environment: Mapping[str, str]) -> Path | None:
    folder = environment.get(CREDENTIALS)
    found = Path(folder) / CREDENTIAL if folder else None
    return found if found and found.exists() else None


def read_root(path: Path) -> bytes:
    """Return the root key in a file that only its owner reads.

    Raises:
        CannotStart: it cannot be read, or others can read it.

    """
    try:
        mode = path.stat()
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as reason:
        message = f"the root key cannot be read from {path}: {reason.strerror}"
        raise CannotStart(message) from None
    if mode.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"others can read the root key: chmod 0400 {path}"
        raise CannotStart(message)
    return _parsed(text, str(path))


def _from_service(service: RootWrapper, folder: DataFolder) -> bytes:
    try:
        if folder.wrapped_root.exists():
            wrapped = bytes.fromhex(folder.wrapped_root.read_text(encoding="ascii"))
            return _whole(service.unwrap(wrapped), "the key service")
        root = folder.root_key() if folder.has_root_key() else os.urandom(ROOT_BYTES)
        folder.wrapped_root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(folder.wrapped_root, service.wrap(root).hex())
    except CannotStart:
        raise
    except Exception as reason:  # Each library has failures of its own kinds.
        message = f"the key service refuses: {type(reason).__name__}: {reason}"
        raise CannotStart(message) from reason
    return root


def _parsed(text: str, where: str) -> bytes:
    try:
        return _whole(bytes.fromhex(text.strip()), where)
    except ValueError:
        return _whole(b"", where)


def _whole(key: bytes, where: str) -> bytes:
    if len(key) != ROOT_BYTES:
        message = f"the root key in {where} must be {2 * ROOT_BYTES} hexadecimal digits"
        raise CannotStart(message)
    return key
