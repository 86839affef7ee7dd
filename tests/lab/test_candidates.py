"""What could be a key is found in a wheel as in the installed files."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from strongroom.lab import keys_in_code


ROOT = Path(__file__).parents[2]
UV = ROOT / ".venv" / "bin" / "uv"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a wheel that was built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ("build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT))
    done = subprocess.run(
        [UV, *words], capture_output=True, text=True, timeout=120, check=False
    )
    if "Failed to fetch" in done.stderr or "dns error" in done.stderr:
        pytest.skip("the wheel's build back end cannot be fetched here")
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    with zipfile.ZipFile(built) as files:
        files.extractall(folder / "files")
    return folder / "files"


def test_a_wheel_holds_no_other_key_than_the_code(wheel: Path) -> None:
    """The proof sweeps the installed files; what is shipped has nothing more."""
    shipped = keys_in_code(wheel)
    assert shipped, "the sweep finds nothing, not even the sabotage's constant"
    assert shipped == keys_in_code(ROOT / "src" / "strongroom")


def test_a_key_in_a_wheel_is_found(wheel: Path) -> None:
    """A key that a build adds, in any file, is among the candidates."""
    planted = wheel / "strongroom" / "settings.toml"
    planted.write_text(f'root = "{"c0" * 32}"\n', encoding="ascii")
    try:
        assert bytes.fromhex("c0" * 32) in keys_in_code(wheel)
    finally:
        planted.unlink()
