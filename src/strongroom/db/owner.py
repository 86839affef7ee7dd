"""One connection for an operator's work, outside the pools and the doors.

For migrations, proofs and commands; no request is ever answered through it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from .errors import DatabaseUnavailable
from .pool import LOST, Connection


@asynccontextmanager
async def single_connection(url: str) -> AsyncIterator[Connection]:
    """Lend one connection to *url* and close it afterwards.

    Raises:
        DatabaseUnavailable: the server does not answer.

    """
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except LOST as lost:
        raise DatabaseUnavailable from lost
    try:
        yield connection
    finally:
        await connection.close(timeout=5)
