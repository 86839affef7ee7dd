"""The empty database that a drill fills: gone with the drill, however that ends."""

import asyncio
from typing import Any, cast

import pytest

from strongroom.db.embedded import EmbeddedPostgres
from strongroom.server import Installation
from strongroom.server.backups import open_empty


async def test_a_drill_that_is_cancelled_at_its_start_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its server starts in a thread, which nobody can stop: it is waited for."""
    made: list[Any] = []
    throwaway = EmbeddedPostgres.throwaway

    def noted() -> Any:
        made.append(throwaway())
        return made[-1]

    monkeypatch.setattr(EmbeddedPostgres, "throwaway", staticmethod(noted))

    async def drill() -> None:
        # Nothing is read of the installation before the server has started.
        async with open_empty(cast("Installation", None)):
            pytest.fail("the server started before the drill was cancelled")

    task = asyncio.create_task(drill())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (server,) = made
    assert not server.is_running()
    assert not server.folder.exists()
