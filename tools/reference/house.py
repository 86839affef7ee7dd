"""The whole product, loaded and composed, without a database or a listener."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from litestar import Litestar

import strongroom
from strongroom.room import Strongroom
from strongroom.server import Installation, Options
from strongroom.server.application import shared
from strongroom.server.data_folder import DataFolder


NOT_IMPORTED = frozenset(
    {
        "strongroom.__main__",
        "strongroom.server.__main__",
        "strongroom.db.embedded.launch",
    }
)
"""Programs of their own: importing one would run it, or mean nothing."""


def load_everything() -> list[str]:
    """Import every module of the package and return their names."""
    found = pkgutil.walk_packages(strongroom.__path__, "strongroom.")
    names = [each.name for each in found if each.name not in NOT_IMPORTED]
    for name in names:
        importlib.import_module(name)
    return names


@cache
def faces() -> Litestar:
    """Return every face of the house, as a server mounts them."""
    with TemporaryDirectory() as folder:
        DataFolder(Path(folder)).create()
        installation = Installation.open(Options(data=folder), {})
        room = Strongroom(installation.room_settings(), installation.keys)
        return cast("Litestar", shared(installation, room))
