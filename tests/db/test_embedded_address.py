"""The link to a long socket path: nobody can have prepared its place."""

import os
from pathlib import Path

import pytest

from strongroom.db.embedded import PostgresUnavailable
from strongroom.db.embedded.address import SocketAddress


@pytest.fixture
def address(tmp_path: Path) -> SocketAddress:
    """The address of a socket folder whose path is too long."""
    return SocketAddress(tmp_path / ("long" * 30), tmp_path / "private")


def test_a_short_path_needs_no_link(tmp_path: Path) -> None:
    """Up to 107 bytes, socket included, clients get the folder itself."""
    room = 107 - len("/.s.PGSQL.5432")
    longest = Path("/" + "x" * (room - 1))
    assert SocketAddress(longest, tmp_path).folder == longest
    assert SocketAddress(Path(f"{longest}x"), tmp_path).folder.parent == tmp_path


def test_the_link_is_made_anew_and_removed(
    tmp_path: Path, address: SocketAddress
) -> None:
    """A link that a crash left is replaced, and none stays after withdrawal."""
    for _ in range(2):
        address.publish()
        assert address.folder.readlink() == tmp_path / ("long" * 30)
    address.withdraw()
    address.withdraw()
    assert list((tmp_path / "private").iterdir()) == []


@pytest.mark.parametrize("mode", [0o777, 0o750, 0o701])
def test_a_folder_that_others_can_enter_is_refused(
    tmp_path: Path, address: SocketAddress, mode: int
) -> None:
    """Nobody else may write to, or look into, the folder of the links."""
    private = tmp_path / "private"
    private.mkdir()
    private.chmod(mode)
    with pytest.raises(PostgresUnavailable, match="not ours alone"):
        address.publish()
    assert list(private.iterdir()) == []


def test_a_planted_link_is_not_followed(tmp_path: Path, address: SocketAddress) -> None:
    """In the place of the folder a link to a fine one is refused."""
    (tmp_path / "fine").mkdir(mode=0o700)
    (tmp_path / "private").symlink_to(tmp_path / "fine")
    with pytest.raises(PostgresUnavailable, match="not ours alone"):
        address.publish()
    assert list((tmp_path / "fine").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_folder_is_refused(
    tmp_path: Path, address: SocketAddress
) -> None:
    """A folder that another user made first is not used."""
    (tmp_path / "private").mkdir(mode=0o700)
    os.chown(tmp_path / "private", 65534, 65534)
    with pytest.raises(PostgresUnavailable, match="not ours alone"):
        address.publish()
