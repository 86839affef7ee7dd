"""What only the operator can see: the catalogue, the files, the canaries' keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from strongroom.crypto import Keyring
from strongroom.db import Connection, single_connection


@dataclass(frozen=True, slots=True)
class Inside:
    """The inside of an installation."""

    owner_url: str
    """Postgres as the role that owns the schema."""

    app_url: str
    """Postgres as the role of the tenant door, for proofs that play an intruder."""

    keys: Keyring
    """For the canaries' passwords."""

    files: tuple[Path, ...]
    """Folders whose every byte a sweep reads: logs, and our own cluster if any."""

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Connection]:
        """Lend a connection as the owner."""
        async with single_connection(self.owner_url) as connection:
            yield connection

    @asynccontextmanager
    async def intruder(self) -> AsyncIterator[Connection]:
        """Lend a connection as the application role, without a tenant."""
        async with single_connection(self.app_url) as connection:
            yield connection
