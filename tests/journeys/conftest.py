"""A real browser that trusts the running server's authority."""

from collections.abc import AsyncIterator

import pytest

from strongroom.lab import Browser, Unprovable, find_chromium
from tests.running import RunningServer


@pytest.fixture(scope="session")
async def chromium(server: RunningServer) -> AsyncIterator[Browser]:
    """Lend a browser; where there is none, these tests say so and are not run."""
    try:
        find_chromium()
    except Unprovable as reason:
        pytest.skip(str(reason))
    browser = Browser(server.authority)
    yield browser
    await browser.close()
