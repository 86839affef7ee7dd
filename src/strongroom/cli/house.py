"""The house of a server, opened for as long as one command works in it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from strongroom.room import Strongroom
from strongroom.server import Installation


Found = TypeVar("Found")


def in_house(
    installation: Installation, work: Callable[[Strongroom], Awaitable[Found]]
) -> Found:
    """Return what *work* returns in the house of *installation*."""

    async def run() -> Found:
        settings = installation.room_settings()
        async with Strongroom(settings, installation.keys) as room:
            return await work(room)

    return asyncio.run(run())
