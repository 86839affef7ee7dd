"""Take any one control out of a scratch copy: exactly its claims are then false."""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import strongroom
from strongroom.lab import Unprovable, find_chromium

from .cases import BUILT
from .mutant import Mutant
from .mutants import MUTANTS


PACKAGE = Path(strongroom.__file__).parent
PROVE = Path(__file__).with_name("prove_as_built.py")
PATIENCE_SECONDS = 600

Results = dict[str, tuple[str, str]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a scratch copy of the package."""
    target = tmp_path / "src" / "strongroom"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


async def prove(package: Path) -> Results:
    """Return how every proof of the code at *package* ends against its own server."""
    path = f"{package.parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROVE),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, complained = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    sys.stderr.write(complained.decode())
    assert said
    found: Results = json.loads(said)
    return found


def require_browser() -> None:
    """Go on, unless the claims about browsers cannot be told here."""
    try:
        find_chromium()
    except Unprovable as reason:
        pytest.skip(f"not every claim can be told: {reason}")


def test_every_mutant_still_fits(copy: Path) -> None:
    """The control that each takes away stands in today's source, once."""
    for mutant in MUTANTS:
        mutant.damage(copy)
        shutil.copy(PACKAGE / mutant.file, copy / mutant.file)


def test_every_claim_has_a_mutant() -> None:
    """Each promised claim is turned red by taking something out of the source.

    That a password is nowhere to be found is no line to take away; its sabotages
    plant one instead.
    """
    reddened = {claim for mutant in MUTANTS for claim in mutant.reddens}
    assert BUILT - reddened == {"passwords.secrecy"}


async def test_a_mutant_turns_exactly_its_claims_red(
    copy: Path, mutant: Mutant
) -> None:
    """They fail, and every other proof passes on the same damaged server."""
    require_browser()
    mutant.damage(copy)
    found = await prove(copy)
    ended = {
        claim: reason for claim, (result, reason) in found.items() if result != "passed"
    }
    red = {claim for claim in ended if found[claim][0] == "failed"}
    assert red == mutant.reddens, ended
    assert set(ended) - red == mutant.blinds, ended


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try a few mutants in every run, and all of them in `make proofs`."""
    if "mutant" in metafunc.fixturenames:
        asked = any("tests/proofs" in word for word in metafunc.config.args)
        chosen = [each for each in MUTANTS if asked or each.quick]
        names = [each.name for each in chosen]
        metafunc.parametrize("mutant", chosen, ids=names)
