"""The empty database that a drill fills: gone with the drill, however that ends."""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import cast

import pytest

from strongroom.db.embedded import EmbeddedPostgres
from strongroom.server import Installation
from strongroom.server.backups import open_empty


async def test_a_drill_that_is_cancelled_at_its_start_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its server starts in a thread, which nobody can stop: it is waited for."""
    server, order, begun = EmbeddedPostgres.throwaway(), list[str](), Event()
    monkeypatch.setattr(EmbeddedPostgres, "throwaway", staticmethod(lambda: server))
    for verb in ("start", "stop"):
        monkeypatch.setattr(
            server, verb, noting(getattr(server, verb), verb, order, begun)
        )

    async def drill() -> None:
        # Nothing is read of the installation before the server has started.
        async with open_empty(cast("Installation", None)):
            pytest.fail("the server started before the drill was cancelled")

    task = asyncio.create_task(drill())
    await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert order == ["start", "stop"]
    assert not server.is_running()
    assert not server.folder.exists()


def noting(
    plain: Callable[[], None], verb: str, order: list[str], begun: Event
) -> Callable[[], None]:
    """Return a verb that tells when it has *begun*, and enters its name when done."""

    def done() -> None:
        begun.set()
        plain()
        order.append(verb)

    return done
