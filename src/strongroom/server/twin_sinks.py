"""What a twin tells others of itself, kept where a proof finds it.

A real server sends its spans to somebody else's collector and its numbers to whoever
asks the operator's listener. A twin has that listener, and a collector of its own
that writes what came into the log folder.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

import uvicorn

from strongroom.room import Strongroom

from .installation import Installation
from .metrics import Sums, listening, receive_into
from .operations import Listener
from .operator import operator_application, operator_listener
from .options import LOOPBACK
from .proofs_sinks import SPANS
from .tracing import TelemetrySettings, can_trace


@asynccontextmanager
async def collected(installation: Installation) -> AsyncIterator[Installation]:
    """Lend *installation* with traces on, as far as the libraries are there."""
    if not can_trace():
        yield installation
        return
    # lint: local-imports, because without traces nothing of OpenTelemetry is loaded.
    module: Any = import_module("strongroom.server.collector")
    collector = module.Collector(installation.folder.log.parent / SPANS)
    config = uvicorn.Config(
        collector, LOOPBACK, 0, lifespan="off", log_config=None, access_log=False
    )
    async with running(Listener(config)) as listener:
        port = listener.servers[0].sockets[0].getsockname()[1]
        traces = f"http://{LOOPBACK}:{port}/v1/traces"
        yield replace(installation, telemetry=TelemetrySettings(traces))


@asynccontextmanager
async def counted(installation: Installation, room: Strongroom) -> AsyncIterator[None]:
    """Answer on the operator's listener, for as long as the context is open."""
    sums, loop = Sums(), asyncio.get_running_loop()
    app = operator_application(installation, room, sums)
    with listening(installation.folder.log.parent) as heard:
        loop.add_reader(heard, receive_into, sums, heard)
        try:
            async with running(Listener(operator_listener(installation, app))):
                yield
        finally:
            loop.remove_reader(heard)


@asynccontextmanager
async def running(listener: Listener) -> AsyncIterator[Listener]:
    """Lend *listener* while it listens."""
    serving = asyncio.create_task(listener.serve())
    await listener.opened.wait()
    try:
        yield listener
    finally:
        listener.should_exit = True
        await serving
