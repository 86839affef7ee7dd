"""The Merkle tree of RFC 6962 and RFC 9162: roots, and proofs about them.

Guards against a history that is told differently later: whoever holds one root can
check that an entry was in it, and that a later root only adds to it. A tree is given
as ``node(height, index)``: the hash of its index-th complete subtree of 2**height.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence


Node = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()  # RFC 6962 §2.1.


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf; the prefix keeps it apart from a node's."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above *left* and *right*."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf *hashes*, in one pass and with little memory."""
    stack: list[tuple[int, bytes]] = []
    for each in hashes:
        height, current = 0, each
        while stack and stack[-1][0] == height:
            current, height = node_hash(stack.pop()[1], current), height + 1
        stack.append((height, current))
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()[1]
    while stack:
        root = node_hash(stack.pop()[1], root)
    return root


def nodes_of(hashes: Sequence[bytes]) -> Node:
    """Return leaf *hashes* as a tree that the proofs below can be read from."""

    def node(height: int, index: int) -> bytes:
        return root_of(hashes[index << height : (index + 1) << height])

    return node


def subtree(node: Node, start: int, end: int) -> bytes:
    """Return the root over the leaves from *start* up to *end*."""
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0 and start % size == 0:
        height = size.bit_length() - 1
        return node(height, start >> height)
    middle = start + _split(size)
    return node_hash(subtree(node, start, middle), subtree(node, middle, end))


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """Return the hashes from leaf *index*'s sibling up (RFC 6962 §2.1.1).

    Raises:
        IndexError: the tree of *size* has no such leaf.

    """
    if not 0 <= index < size:
        message = f"a tree of {size} has no leaf {index}"
        raise IndexError(message)
    return _path(node, index, 0, size)


def _path(node: Node, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(node, index, start, middle), subtree(node, middle, end)]
    return [*_path(node, index, middle, end), subtree(node, start, middle)]


def consistency_proof(node: Node, old: int, new: int) -> list[bytes]:
    """Return what shows that the tree of *new* extends that of *old* (§2.1.2).

    Raises:
        IndexError: the later tree is the smaller one.

    """
    if not 0 <= old <= new:
        message = f"a tree of {new} does not extend one of {old}"
        raise IndexError(message)
    return _extension(node, old, 0, new, whole=True) if 0 < old < new else []


def _extension(
    node: Node, old: int, start: int, end: int, *, whole: bool
) -> list[bytes]:
    if old == end:
        return [] if whole else [subtree(node, start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        rest = subtree(node, middle, end)
        return [*_extension(node, old, start, middle, whole=whole), rest]
    left = subtree(node, start, middle)
    return [*_extension(node, old, middle, end, whole=False), left]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Accept a leaf hash that *proof* leads from to *root* (RFC 9162 §2.1.3.2).

    Raises:
        ValueError: it does not.

    """
    if not 0 <= index < size or _climbed(leaf, index, size, proof) != root:
        message = f"leaf {index} is not in this tree of {size}"
        raise ValueError(message)


def _climbed(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes]
) -> bytes | None:
    """Return the root as *proof* has it; None where it has the wrong length."""
    place, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            current = node_hash(sibling, current)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    return current if last == 0 else None


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Accept a *new_root* that *proof* shows to extend *old_root* (§2.1.4.2).

    Raises:
        ValueError: it does not.

    """
    if old == new and not proof and old_root == new_root:
        return
    if old == 0 and not proof and old_root == EMPTY_ROOT:
        return
    if not 0 < old < new or _walked(old, new, proof, old_root) != (old_root, new_root):
        message = f"the tree of {new} does not extend this one of {old}"
        raise ValueError(message)


def _walked(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes] | None:
    """Return both roots as *proof* has them; None where it has the wrong length."""
    path = [old_root, *proof] if old & (old - 1) == 0 else [*proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return None
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return (first, second) if last == 0 else None


def _split(size: int) -> int:
    """Return the largest power of two below *size*."""
    return 1 << (size - 1).bit_length() - 1
