"""Connections to Postgres, kept ready and handed on.

The most recently used connection goes first, and a released one goes straight to
whoever waits longest: measured, that doubles throughput over ``asyncpg.Pool`` and
keeps the 99th percentile low (docs/decisions/0003). Nothing is reset between
users, so only transaction-local state may ever be set on a connection.
"""

import asyncio
from collections import deque

import asyncpg

from .errors import DatabaseUnavailable


Connection = asyncpg.Connection

PATIENCE_SECONDS = 1.5
"""How long a request waits for a connection before it is told to come back."""

STATEMENT_SECONDS = 1.8
"""A statement that takes longer counts as a server that is away."""

LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,
)
"""What asyncpg raises when the server is away rather than unwilling.

The last is what it says of a connection that was cut in the middle of an answer.
"""


class Pool:
    """At most *size* connections as one role."""

    def __init__(self, url: str, size: int, name: str) -> None:
        """Prepare; nothing connects before the first use."""
        self._url, self._name = url, name
        self._room = size
        self._idle: list[Connection] = []
        self.waits = 0
        """How often somebody had to wait for a connection."""
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()

    async def take(self) -> Connection:
        """Return an idle connection, a new one, or the next one released.

        Raises:
            DatabaseUnavailable: none came within the time a request may wait.

        """
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._room += 1
        if self._room > 0:
            self._room -= 1
            return await self._connect()
        return await self._wait()

    def give_back(self, connection: Connection) -> None:
        """Hand *connection* to the longest waiter, or keep it."""
        if connection.is_closed() or connection.is_in_transaction():
            # One left inside a transaction may carry a tenant: never reuse it.
            connection.terminate()
            self._release(None)
        else:
            self._release(connection)

    async def close(self) -> None:
        """Close what is idle; lent connections close when they come back."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close(timeout=1)

    def _release(self, connection: Connection | None) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if connection is None:
            self._room += 1
        else:
            self._idle.append(connection)

    async def _wait(self) -> Connection:
        self.waits += 1
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                connection = await waiter
        except BaseException as gone:
            if waiter.done() and not waiter.cancelled():
                self._release(waiter.result())
            if isinstance(gone, TimeoutError):
                raise DatabaseUnavailable from gone
            raise
        return connection or await self._connect()

    async def _connect(self) -> Connection:
        try:
            return await asyncpg.connect(
                self._url,
                timeout=PATIENCE_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings={"application_name": self._name},
            )
        except BaseException as gone:
            self._release(None)
            if isinstance(gone, (*LOST, asyncpg.PostgresError)):
                raise DatabaseUnavailable from gone
            raise
