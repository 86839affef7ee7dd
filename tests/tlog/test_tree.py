"""Trees: the published vectors, and every proof of every small tree."""

import hashlib
from collections.abc import Sequence

import pytest

from strongroom.tlog import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from strongroom.tlog.tree import nodes_of


LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The test vectors of Certificate Transparency (transparency-dev/merkle)."""

MOST = 40


def hashes(size: int) -> list[bytes]:
    """Return the leaf hashes of a tree of *size*."""
    return [leaf_hash(str(number).encode()) for number in range(size)]


def mth(leaves: Sequence[bytes]) -> bytes:
    """Return the root as RFC 6962 §2.1 defines it, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    """Trees of one to eight leaves have the roots that others compute."""
    leaves = [leaf_hash(each) for each in LEAVES[:size]]
    assert root_of(leaves).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", range(MOST))
def test_a_root_is_what_the_standard_says(size: int) -> None:
    """In one pass and by definition, the root is the same."""
    assert root_of(hashes(size)) == mth(hashes(size))


@pytest.mark.parametrize("size", range(1, MOST))
def test_every_leaf_is_proved_and_no_other(size: int) -> None:
    """A proof holds for its leaf, its place, its size and its root, and no other."""
    leaves = hashes(size)
    root, node = root_of(leaves), nodes_of(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(node, index, size)
        verify_inclusion(leaf, index, size, proof, root)
        wrong = [
            (leaf_hash(b"other"), index, size, proof, root),
            (leaf, index, size, proof, leaf_hash(b"other")),
            (leaf, index, size, [*proof, leaf], root),
            (leaf, index + size, size, proof, root),
        ]
        if proof:
            wrong.append((leaf, index, size, proof[:-1], root))
            wrong.append((leaf, index, size, [leaf, *proof[1:]], root))
            wrong.append((leaf, index ^ 1, size, proof, root))
        for each in wrong:
            with pytest.raises(ValueError, match="is not in this tree"):
                verify_inclusion(*each)


@pytest.mark.parametrize("new", range(1, MOST))
def test_every_extension_is_proved_and_no_other(new: int) -> None:
    """A proof holds between its own two trees, and breaks with any change."""
    leaves = hashes(new)
    root, node = root_of(leaves), nodes_of(leaves)
    for old in range(new + 1):
        before = root_of(leaves[:old])
        proof = consistency_proof(node, old, new)
        verify_consistency(old, new, proof, before, root)
        other = leaf_hash(b"other")
        wrong = [(old, new, [*proof, other], before, root)]
        if old:  # Every tree extends the empty one.
            wrong.append((old, new, proof, before, other))
            wrong.append((old, new, proof, other, root))
        if proof:
            wrong.append((old, new, proof[:-1], before, root))
            wrong.append((old, new, [other, *proof[1:]], before, root))
        for each in wrong:
            with pytest.raises(ValueError, match="does not extend"):
                verify_consistency(*each)


def test_what_a_tree_does_not_have_cannot_be_proved() -> None:
    """There is no proof of a leaf past the end, nor of a shrinking tree."""
    node = nodes_of(hashes(3))
    with pytest.raises(IndexError):
        inclusion_proof(node, 3, 3)
    with pytest.raises(IndexError):
        consistency_proof(node, 4, 3)
