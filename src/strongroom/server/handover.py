"""The root key's way between processes of one installation, over a local socket.

Brings the key to a server that waits for its shares, and to commands that run beside
one whose key is in no file. Guards against other accounts: the folder is private, and
the kernel says who is at the other end. Whoever is the same account, or root, could
read the key from the process itself.
"""

import asyncio
import json
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from .data_folder import DataFolder
from .errors import CannotStart, NotRunning, Sealed
from .root_key import Root, names_a_root, take_root


PATIENCE_SECONDS = 5.0

Tell = Callable[[str], None]


class Handover:
    """Answers at the folder's socket: takes a key while sealed, gives it when open."""

    def __init__(self, folder: DataFolder, root: Root | None) -> None:
        """Hold *root*, or wait for it."""
        self._folder, self.root = folder, root
        self.brought = asyncio.Event()

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one question of the same account; say nothing to another."""
        try:
            if _uid_of(writer.get_extra_info("socket")) == os.getuid():
                async with asyncio.timeout(PATIENCE_SECONDS):
                    line = await reader.readline()
                    writer.write(json.dumps(self._reply(line)).encode() + b"\n")
                    await writer.drain()
        except (TimeoutError, ConnectionError):
            return  # Whoever asked has gone; there is nobody to tell.
        finally:
            writer.close()

    def _reply(self, line: bytes) -> dict[str, Any]:
        try:
            brought = json.loads(line).get("root")
            key = bytes.fromhex(brought) if brought is not None else None
        except (ValueError, TypeError, AttributeError):
            return {"refused": "the message cannot be read"}
        if key is None:
            return {"root": self.root.key.hex() if self.root else None}
        if self.root is not None:
            return {"refused": "the server is open already"}
        if not self._folder.is_split_of(key):
            return {"refused": "these shares give another key"}
        self.root = Root(key, "shares")
        self.brought.set()
        return {"opened": True}


@asynccontextmanager
async def opened_root(
    folder: DataFolder,
    environment: Mapping[str, str],
    stop: asyncio.Event,
    tell: Tell,
) -> AsyncIterator[Root | None]:
    """Lend the root key, once it is there; None if the server is stopped before.

    Raises:
        CannotStart: there is none, or two, or it cannot be read.

    """
    try:
        root: Root | None = take_root(folder, environment)
    except Sealed as sealed:
        tell(str(sealed))
        root = None
    if root is not None and folder.has_root_key():
        yield root  # Every process reads the file itself.
        return
    handover = Handover(folder, root)
    async with _listening(folder, handover):
        if root is None:
            await _first(handover.brought, stop)
        yield handover.root


def find_root(folder: DataFolder, environment: Mapping[str, str]) -> bytes:
    """Return the root key from its source, or from the server that runs here.

    Raises:
        CannotStart: neither has it.

    """
    if not names_a_root(environment) and not folder.has_root_key():
        with suppress(NotRunning):
            root = _ask(folder, {}).get("root")
            if root is not None:
                return bytes.fromhex(root)
    return take_root(folder, environment).key


def bring_root(folder: DataFolder, key: bytes) -> None:
    """Bring the key to the server that waits for it.

    Raises:
        NotRunning: none waits here.
        CannotStart: it refuses the key.

    """
    answer = _ask(folder, {"root": key.hex()})
    if "opened" not in answer:
        raise CannotStart(answer.get("refused", "the server refuses the key"))


@asynccontextmanager
async def _listening(folder: DataFolder, handover: Handover) -> AsyncIterator[None]:
    folder.handover.unlink(missing_ok=True)
    with _short(folder.handover) as path:
        server = await asyncio.start_unix_server(handover.answer, path)
        folder.handover.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        folder.handover.unlink(missing_ok=True)


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _ask(folder: DataFolder, question: Mapping[str, str]) -> dict[str, Any]:
    try:
        with (
            _short(folder.handover) as path,
            socket.socket(socket.AF_UNIX) as asking,
        ):
            asking.settimeout(PATIENCE_SECONDS)
            asking.connect(path)
            asking.sendall(json.dumps(question).encode() + b"\n")
            answer: dict[str, Any] = json.loads(asking.makefile("rb").readline())
    except (OSError, ValueError):
        message = (
            f"no server waits for its key on {folder.path}:"
            f" start it with strongroom up --data {folder.path}"
        )
        raise NotRunning(message) from None
    return answer


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Lend a short name of *path*: a socket's name has 108 bytes at most (unix(7))."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{path.name}"
    finally:
        os.close(handle)


def _uid_of(connection: socket.socket) -> int:
    """Return the account at the other end, as the kernel says (unix(7))."""
    kind = struct.Struct("3i")
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, kind.size)
    return int(kind.unpack(raw)[1])
