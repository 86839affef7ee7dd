"""The server's programs, where the server's user can run them.

They come in a wheel. When we are root, the wheel can lie below a folder that only
root may enter; then they are copied out once, to a folder that only root can write.
Guards against running a program that somebody else planted there.
"""

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from .errors import PostgresUnavailable
from .privileges import ROOT
from .wheel import INSTALLATION, MAJOR_VERSION, Part, fingerprint, wheel_parts


HOME = "strongroom-postgres"
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
OPEN_TO_ALL = 0o755


def find_installation() -> Path:
    """Return the folder that holds ``bin/postgres``, a copy if need be.

    Raises:
        PostgresUnavailable: no place is fit for a copy, or the wheel is damaged.

    """
    if os.geteuid() != ROOT or _is_open_to_all(INSTALLATION):
        return INSTALLATION
    for cache in (Path("/var/cache"), Path(tempfile.gettempdir())):
        if _is_fit(cache):
            return copy_out(INSTALLATION, cache)
    message = f"only root can enter {INSTALLATION}, and no folder is fit for a copy"
    raise PostgresUnavailable(message)


def copy_out(installation: Path, cache: Path) -> Path:
    """Return a copy of *installation* in *cache*, made now unless it is there, intact.

    Raises:
        PostgresUnavailable: somebody else can write there, or the wheel is damaged.

    """
    home = cache / HOME
    _make_home(home)
    parts = wheel_parts()
    copy = home / f"{MAJOR_VERSION}-{fingerprint(parts)}"
    if not is_intact(copy, parts):
        # Only root can write to the home, so whatever this is, we made it.
        shutil.rmtree(copy, ignore_errors=True)
        _fill(copy, installation, parts)
    return copy


def is_intact(copy: Path, parts: list[Part]) -> bool:
    """Whether every part is there, whole, and only root can change it."""
    folders = {copy, *(copy / folder for part in parts for folder in part.path.parents)}
    return all(_is_safe(folder) for folder in folders) and all(
        _is_safe(copy / part.path) and (copy / part.path).stat().st_size == part.size
        for part in parts
    )


def _fill(copy: Path, installation: Path, parts: list[Part]) -> None:
    draft = Path(tempfile.mkdtemp(dir=copy.parent))
    for part in parts:
        target = draft / part.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(part.read(installation))
        target.chmod(OPEN_TO_ALL)
    for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        folder.chmod(OPEN_TO_ALL)
    # Another process may have been faster; its copy is as good as ours.
    with suppress(OSError):
        draft.rename(copy)
    shutil.rmtree(draft, ignore_errors=True)


def _make_home(home: Path) -> None:
    with suppress(FileExistsError):
        home.mkdir()
        home.chmod(OPEN_TO_ALL)
    if not _is_safe(home):
        message = f"{home} can be written by others: remove it"
        raise PostgresUnavailable(message)


def _is_safe(path: Path) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    linked = stat.S_ISLNK(status.st_mode)
    return status.st_uid == ROOT and not linked and not status.st_mode & OTHERS_WRITE


def _is_fit(cache: Path) -> bool:
    status = cache.stat()
    sticky = bool(status.st_mode & stat.S_ISVTX)
    private = sticky or not status.st_mode & OTHERS_WRITE
    runs = not os.statvfs(cache).f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
    return status.st_uid == ROOT and private and runs and _is_open_to_all(cache)


def _is_open_to_all(folder: Path) -> bool:
    return all(
        place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents)
    )
