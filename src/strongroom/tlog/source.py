"""Where a tree's files are read from: a folder, or an HTTPS address (tlog-tiles).

Only reads, and with nothing but the standard library.
"""

import ssl
import urllib.error

# lint: way-out, because the verifier runs alone, where its user says.
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .tiles import HASH_BYTES, WIDTH, TilesBroken, tile_path


Read = Callable[[str], bytes]
"""Takes a path such as ``checkpoint`` or ``tile/0/000`` and returns its content."""

SECONDS = 30
LARGEST = 1_000_000


def in_folder(folder: Path) -> Read:
    """Return what reads the files of *folder*."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError:
            message = f"{folder / path} is missing"
            raise TilesBroken(message) from None

    return read


def at_address(
    url: str, authority: Path | None = None, headers: Mapping[str, str] | None = None
) -> Read:
    """Return what reads the files below *url*, over TLS that *authority* vouches for.

    Raises:
        TilesBroken: the address is not one of HTTPS.

    """
    if not url.startswith("https://"):
        message = "an address begins with https://"
        raise TilesBroken(message)
    tls = ssl.create_default_context(cafile=str(authority) if authority else None)
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=tls), _NoRedirect
    )

    def read(path: str) -> bytes:
        place = f"{url.rstrip('/')}/{path}"
        request = urllib.request.Request(place, headers=dict(headers or {}))  # noqa: S310
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                content: bytes = answer.read(LARGEST)
        except urllib.error.HTTPError as refused:
            message = f"{place} answers {refused.code}"
            raise TilesBroken(message) from None
        except urllib.error.URLError as failed:
            message = f"{place} cannot be read: {failed.reason}"
            raise TilesBroken(message) from None
        return content

    return read


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a header with a session belongs to one address."""

    def redirect_request(self, *_: object) -> None:
        """Refuse."""


def leaves_of(read: Read, size: int) -> Iterator[bytes]:
    """Yield the first *size* leaf hashes of a tree.

    Raises:
        TilesBroken: a tile is missing, or has another length than it must.

    """
    for start in range(0, size, WIDTH):
        raw = _tile(read, start // WIDTH, min(WIDTH, size - start))
        yield from (raw[n : n + HASH_BYTES] for n in range(0, len(raw), HASH_BYTES))


def _tile(read: Read, number: int, width: int) -> bytes:
    path = f"tile/0/{tile_path(number)}"
    try:
        raw = read(path if width == WIDTH else f"{path}.p/{width}")
    except TilesBroken:
        if width == WIDTH:
            raise
        raw = read(path)[: width * HASH_BYTES]  # It is whole by now, as tiles grow.
    if len(raw) != width * HASH_BYTES:
        message = f"{path} has {len(raw)} bytes instead of {width * HASH_BYTES}"
        raise TilesBroken(message)
    return raw
