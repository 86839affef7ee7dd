"""Install the peers, each into its own folder below ``bench/.peers``.

Run as ``python -m bench.install``. Versions are those of the lock files beside each
peer; the server and event loop are those of our own environment, so that no peer
loses by an older one.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from .errors import BenchRefused, PeerMissing, ToolMissing
from .targets import INSTALLED, PEERS


STAMP = "installed-from"
SAME_AS_OURS = ("granian", "uvloop")


def installed(peer: str) -> Path:
    """Return the folder of *peer*.

    Raises:
        PeerMissing: it is not there, or its files have changed since.

    """
    folder = INSTALLED / peer
    stamp = folder / STAMP
    if not stamp.is_file() or stamp.read_text() != _digest(peer):
        raise PeerMissing(peer)
    return folder


def main() -> int:
    """Install what is missing or out of date."""
    try:
        install_peers()
    except BenchRefused as refused:
        print(f"bench: {refused}", file=sys.stderr)
        return 2
    return 0


def install_peers() -> None:
    """Install each peer whose folder is missing or made from other files.

    Raises:
        BenchRefused: an installation failed.

    """
    for peer, install in INSTALLERS.items():
        try:
            installed(peer)
        except PeerMissing:
            print(f"installing {peer} …", file=sys.stderr)
            _install_afresh(peer, install)


def _install_afresh(peer: str, install: Callable[[Path, Path], None]) -> None:
    folder = INSTALLED / peer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    install(PEERS / peer, folder)
    (folder / STAMP).write_text(_digest(peer))


def _with_npm(source: Path, folder: Path) -> None:
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(source / name, folder)
    # No package needs its install script, so none gets to run one.
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)


def _with_pip(source: Path, folder: Path) -> None:
    _run(sys.executable, "-m", "venv", str(folder), folder=source)
    same = [f"{name}=={version(name)}" for name in SAME_AS_OURS]
    pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet")
    _run(*pip, "--requirement", "requirements.txt", *same, folder=source)


INSTALLERS: dict[str, Callable[[Path, Path], None]] = {
    "better-auth": _with_npm,
    "fastapi_users": _with_pip,
    "five_middlewares": _with_pip,
    "limits": _with_pip,
}


def _run(*command: str, folder: Path) -> None:
    if shutil.which(command[0]) is None:
        raise ToolMissing(command[0], command[0])
    done = subprocess.run(  # noqa: S603 - the bench's own words only.
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"{' '.join(command)} failed:\n{done.stderr[-1500:]}"
        raise BenchRefused(message)


def _digest(peer: str) -> str:
    files = sorted(path for path in (PEERS / peer).iterdir() if path.is_file())
    parts = [path.name.encode() + path.read_bytes() for path in files]
    same = [f"{name}=={version(name)}".encode() for name in SAME_AS_OURS]
    return sha256(b"\0".join([sys.version.encode(), *same, *parts])).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
