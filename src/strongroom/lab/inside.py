"""What only the operator can see: the catalogue, the files, the canaries' keys."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from strongroom.crypto import Keyring
from strongroom.db import Connection, single_connection
from strongroom.kernel import PersonalTable


PROVING = 7_305_432_002
"""The advisory lock of whoever proves; any number, as long as it is ours alone."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Where this machine's operator asks."""

    url: str
    authority: Path

    def client(self) -> httpx.AsyncClient:
        """Return somebody on this machine who trusts its local authority only."""
        trust = ssl.create_default_context(cafile=str(self.authority))
        return httpx.AsyncClient(base_url=self.url, verify=trust, trust_env=False)


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
    """Folders whose every byte a sweep reads, such as the logs."""

    cluster: Path | None = None
    """Our own cluster, which a sweep reads too; its pages keep what was deleted."""

    backups: Path | None = None
    """Where backups and their rehearsals lie."""

    personal: tuple[PersonalTable, ...] = ()
    """What each table holds about people."""

    operator: Operator | None = None
    """The operator's listener, which tells the metrics."""

    policy: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The rules of the house, such as how long something is kept."""

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Connection]:
        """Lend a connection as the owner."""
        async with single_connection(self.owner_url) as connection:
            yield connection

    @asynccontextmanager
    async def one_prover(self) -> AsyncIterator[None]:
        """Wait until no other process proves anything of this installation."""
        async with self.database() as database:
            await database.execute("select pg_advisory_lock($1)", PROVING)
            yield  # The lock goes with the connection, however that ends.

    @asynccontextmanager
    async def intruder(self) -> AsyncIterator[Connection]:
        """Lend a connection as the application role, without a tenant."""
        async with single_connection(self.app_url) as connection:
            yield connection
