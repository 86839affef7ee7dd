"""A signed tree grows: new leaves, their tiles, and a checkpoint over all of it.

Guards against signing over a history that is not the one that was signed before.
"""

from collections.abc import Sequence

from .checkpoint import Checkpoint, SigningKey
from .tiles import TileFolder, write_whole


class HistoryBroken(Exception):
    """The database does not hold what a checkpoint has sealed; nothing is signed."""


def extend(
    tiles: TileFolder, key: SigningKey, signed: int, hashes: Sequence[bytes]
) -> None:
    """Extend a tree of *signed* leaves; *hashes* begin with its last leaf, if any.

    Raises:
        HistoryBroken: the database has lost leaves, or holds others than were signed.
        TilesBroken: the files are damaged.

    """
    if signed and not hashes:
        message = f"{signed} entries are sealed, and the database has fewer"
        raise HistoryBroken(message)
    if signed and hashes[0] != tiles.node_of(signed)(0, signed - 1):
        message = f"entry {signed - 1} is not the one that was sealed"
        raise HistoryBroken(message)
    fresh = hashes[1:] if signed else hashes
    if fresh:
        tiles.append(signed, fresh)
        size = signed + len(fresh)
        point = Checkpoint(key.name, size, tiles.root(size))
        write_whole(tiles.checkpoint, point.signed(key))
