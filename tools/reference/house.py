"""The whole product, loaded and composed, without a database or a listener."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from litestar import Litestar

import strongroom
from strongroom.claims import load_profile
from strongroom.crypto import Keyring
from strongroom.room import RoomSettings, Strongroom
from strongroom.server.app import build_faces
from strongroom.server.domains import DOMAINS
from strongroom.trust import Subject, Trust
from strongroom.web import Renderer


NOWHERE = "https://strongroom.example"

RUNS_AT_IMPORT = frozenset({"strongroom.__main__", "strongroom.server.__main__"})
SCRIPTS = frozenset({"strongroom.db.embedded.launch"})
"""Runs as a program of its own, so importing it means nothing."""


def load_everything() -> list[str]:
    """Import every module of the package and return their names."""
    found = pkgutil.walk_packages(strongroom.__path__, "strongroom.")
    names = [each.name for each in found if each.name not in RUNS_AT_IMPORT | SCRIPTS]
    for name in names:
        importlib.import_module(name)
    return names


def faces() -> Litestar:
    """Return every face of the house, as a server would mount them."""
    profile = load_profile("default")
    settings = RoomSettings(
        app_url="postgresql:///nowhere",
        system_url="postgresql:///nowhere",
        public_url=NOWHERE,
        service_name="Strongroom",
        policy=profile.policy,
    )
    keys = Keyring(bytes(32))
    room = Strongroom(settings, keys)
    trust = Trust(room.db, keys, Subject(profile, {}, NOWHERE))
    services = {**_verbs(room), "trust": trust}
    return build_faces(room, Renderer("Strongroom"), DOMAINS, services)


def _verbs(room: Strongroom) -> Mapping[str, Any]:
    return {name: part for name, part in vars(room).items() if name != "settings"}
