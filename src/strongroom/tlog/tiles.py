"""A tree as static files (C2SP tlog-tiles), each written once and whole.

Guards against a crash in the middle: a tile appears by a rename after it is on the
disk, and a checkpoint only after its tiles. What is written is never changed.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from .tree import root_of, subtree


WIDTH = 256
HASH_BYTES = 32
LEVEL_HEIGHT = 8


class TilesBroken(Exception):
    """A tile is missing, or has another length than it must."""


class TileFolder:
    """The files of one tree."""

    def __init__(self, path: Path) -> None:
        """Use the folder at *path*; nothing is made before it is needed."""
        self.path = path

    @property
    def checkpoint(self) -> Path:
        """Where the newest checkpoint lies."""
        return self.path / "checkpoint"

    @property
    def cosigned(self) -> Path:
        """Where the newest checkpoint lies that outside witnesses have cosigned."""
        return self.path / "cosigned"

    def append(self, size: int, hashes: Sequence[bytes]) -> None:
        """Add leaf *hashes* to the tree that has *size* leaves."""
        level, before, fresh = 0, size, list(hashes)
        while fresh:
            first = before - before % WIDTH
            row = [*self._row(level, first, before), *fresh]
            for start in range(0, len(row), WIDTH):
                tile = row[start : start + WIDTH]
                self._write(level, (first + start) // WIDTH, tile)
            whole = (len(row)) // WIDTH
            fresh = [root_of(row[n * WIDTH : (n + 1) * WIDTH]) for n in range(whole)]
            level, before = level + 1, before // WIDTH

    def root(self, size: int) -> bytes:
        """Return the root over the first *size* leaves.

        Raises:
            TilesBroken: a tile that it needs is not there.

        """
        return subtree(self.node_of(size), 0, size)

    def leaves(self, size: int) -> Iterator[bytes]:
        """Yield the first *size* leaf hashes.

        Raises:
            TilesBroken: a tile is not there.

        """
        for start in range(0, size, WIDTH):
            yield from self._row(0, start, min(start + WIDTH, size))

    def node_of(self, size: int) -> "TileNodes":
        """Return the tree of *size* leaves as the proofs want it."""
        return TileNodes(self, size)

    def _row(self, level: int, start: int, end: int) -> list[bytes]:
        """Return the hashes of *level* from *start*, a tile's first, up to *end*."""
        width = end - start
        if width == 0:
            return []
        raw = self._read(level, start // WIDTH, width)
        return [
            raw[n : n + HASH_BYTES] for n in range(0, width * HASH_BYTES, HASH_BYTES)
        ]

    def _read(self, level: int, number: int, width: int) -> bytes:
        for path in (
            self._path(level, number, width),
            self._path(level, number, WIDTH),
        ):
            if path.exists():
                raw = path.read_bytes()
                wanted = (
                    width if path.parent.name.endswith(".p") else WIDTH
                ) * HASH_BYTES
                if len(raw) != wanted:
                    message = f"{path} has {len(raw)} bytes instead of {wanted}"
                    raise TilesBroken(message)
                return raw
        message = f"{self._path(level, number, width)} is missing"
        raise TilesBroken(message)

    def _write(self, level: int, number: int, tile: Sequence[bytes]) -> None:
        path = self._path(level, number, len(tile))
        if not path.exists():
            write_whole(path, b"".join(tile))

    def _path(self, level: int, number: int, width: int) -> Path:
        path = self.path / "tile" / str(level) / tile_path(number)
        return path if width == WIDTH else path.with_name(f"{path.name}.p") / str(width)


class TileNodes:
    """Complete subtrees of a tree of tiles; the tiles last read are kept at hand."""

    def __init__(self, folder: TileFolder, size: int) -> None:
        """Read from *folder*, of which *size* leaves count."""
        self._folder, self._size = folder, size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, height: int, index: int) -> bytes:
        """Return the hash of the index-th complete subtree of 2**height leaves."""
        level, rest = divmod(height, LEVEL_HEIGHT)
        first = index << rest
        row = self._tile(level, first // WIDTH)
        place = first % WIDTH
        return root_of(row[place : place + (1 << rest)])

    def _tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._tiles:
            start = number * WIDTH
            end = min(start + WIDTH, self._size >> (LEVEL_HEIGHT * level))
            self._tiles[level, number] = self._folder._row(level, start, end)  # noqa: SLF001
        return self._tiles[level, number]


def tile_path(number: int) -> str:
    """Return a tile's number as a path: 1234067 is ``x001/x234/067``."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03}")
    return "/".join(reversed(parts))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either absent, as before, or whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
