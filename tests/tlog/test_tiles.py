"""Trees as files: the same roots and proofs, however they grew."""

from pathlib import Path
from random import Random

import pytest

from strongroom.tlog import (
    TileFolder,
    TilesBroken,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from strongroom.tlog.tiles import tile_path, write_whole
from strongroom.tlog.tree import nodes_of


LEAVES = [leaf_hash(str(number).encode()) for number in range(70_000)]
SIZES = (1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> TileFolder:
    """Return a tree that grew through every size above, step by step."""
    folder, before = TileFolder(tmp_path_factory.mktemp("grown")), 0
    for size in SIZES:
        folder.append(before, LEAVES[before:size])
        before = size
    return folder


@pytest.mark.parametrize("size", SIZES)
def test_every_size_keeps_its_root(grown: TileFolder, size: int) -> None:
    """Also after the tree has grown on."""
    assert grown.root(size) == root_of(LEAVES[:size])


def test_the_example_of_the_specification(grown: TileFolder) -> None:
    """A tree of 70 000 has the tiles that C2SP tlog-tiles counts."""
    tiles = grown.path / "tile"
    assert (tiles / "0" / "272").stat().st_size == 256 * 32
    assert (tiles / "0" / "273.p" / "112").stat().st_size == 112 * 32
    assert (tiles / "1" / "000").stat().st_size == 256 * 32
    assert (tiles / "1" / "001.p" / "17").stat().st_size == 17 * 32
    assert (tiles / "2" / "000.p" / "1").stat().st_size == 32
    assert tile_path(1_234_067) == "x001/x234/067"


def test_proofs_from_tiles_are_proofs(grown: TileFolder) -> None:
    """They verify, and are the very ones that the leaves give."""
    size, node = SIZES[-1], grown.node_of(SIZES[-1])
    root = root_of(LEAVES)
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_999):
        proof = inclusion_proof(node, index, size)
        verify_inclusion(LEAVES[index], index, size, proof, root)
    assert inclusion_proof(node, 300, size) == inclusion_proof(
        nodes_of(LEAVES), 300, size
    )
    for old in SIZES[:-1]:
        proof = consistency_proof(node, old, size)
        verify_consistency(old, size, proof, root_of(LEAVES[:old]), root)


def test_growing_in_random_steps_is_the_same(tmp_path: Path) -> None:
    """How many leaves come at once changes no tile."""
    folder, size, dice = TileFolder(tmp_path), 0, Random(7)  # noqa: S311 - steps, no secrets.
    while size < 3000:
        more = dice.randint(1, 700)
        folder.append(size, LEAVES[size : size + more])
        size += more
        assert folder.root(size) == root_of(LEAVES[:size])


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """A step that a crash cut short is repeated without harm."""
    folder = TileFolder(tmp_path)
    folder.append(0, LEAVES[:300])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    folder.append(0, LEAVES[:300])
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert before == after


def test_a_damaged_tile_is_named(tmp_path: Path) -> None:
    """A file that is missing or too short is told by its path."""
    folder = TileFolder(tmp_path)
    folder.append(0, LEAVES[:300])
    tile = tmp_path / "tile" / "0" / "000"
    write_whole(tile, tile.read_bytes()[:-1])
    with pytest.raises(TilesBroken, match="8191 bytes"):
        list(folder.leaves(300))
    tile.unlink()
    with pytest.raises(TilesBroken, match="is missing"):
        list(folder.leaves(300))
