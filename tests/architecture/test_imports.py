"""What an import loads, seen from the outside."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.house import ROOT


HOUSE = Path(__file__).parents[2] / "src" / ROOT
FACES = sorted(file.parent.name for file in HOUSE.glob("*/__init__.py"))
WEB = {"click", "granian", "jinja2", "litestar", "starlette", "uvicorn"}

PROBE = """
import importlib, json, sys
before = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def loaded_by(module: str) -> set[str]:
    """Return what a fresh interpreter loads when it imports *module*."""
    said = subprocess.run(
        [sys.executable, "-c", PROBE, module],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(said.stdout))


def test_the_root_loads_nothing() -> None:
    """Importing strongroom alone loads strongroom alone."""
    assert loaded_by("strongroom") == {"strongroom"}


def test_the_probe_sees_what_is_loaded() -> None:
    """The two tests beside this one could notice: json itself loads its parts."""
    assert "strongroom.kernel.clock" in loaded_by("strongroom.kernel")


def test_the_room_loads_no_web() -> None:
    """The library half runs without a web framework, templates or a command line."""
    loaded = loaded_by("strongroom.room")
    assert "strongroom.accounts" in loaded
    assert loaded & WEB == set()
    assert "strongroom.web" not in loaded


@pytest.mark.parametrize("name", FACES)
def test_a_face_keeps_its_word(name: str) -> None:
    """Each package says what it offers, and every name it offers is there."""
    face = importlib.import_module(f"{ROOT}.{name}")
    offered = face.__all__
    assert offered
    assert [word for word in offered if not hasattr(face, word)] == []
