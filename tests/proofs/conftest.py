"""Twins to break, one per profile and run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from strongroom.server.labs import TwinProcess, open_twin


TwinOf = Callable[[str], Awaitable[TwinProcess]]


@pytest.fixture(scope="session")
async def twin_of() -> AsyncIterator[TwinOf]:
    """Lend a running twin of any profile, started when it is first asked for."""
    running: dict[str, TwinProcess] = {}
    async with AsyncExitStack() as opened:

        async def find(profile: str) -> TwinProcess:
            if profile not in running:
                twin = await opened.enter_async_context(open_twin(profile))
                running[profile] = twin
            return running[profile]

        yield find
