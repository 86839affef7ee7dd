"""Waiting for what a server does by itself, and no longer than it may take."""

import asyncio
from collections.abc import Awaitable, Callable

from .errors import Contradicted


PATIENCE_SECONDS = 15.0
LOOK_SECONDS = 0.2


async def until(happens: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Wait until ``happens()`` becomes true.

    Raises:
        Contradicted: it does not in time; *otherwise* says what is missing.

    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await happens():
                    return
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise Contradicted(otherwise) from None
