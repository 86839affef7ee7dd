"""The operations process: operator's listener, redirect, background work.

Apart from the public listener, so that neither load there stops the work here, nor a
fault here an answer there.
"""

import asyncio
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import uvicorn
import uvloop

from strongroom.room import Strongroom

from .background import background
from .installation import Installation
from .logs import configure_logs
from .metrics import Sums, listening, receive_into
from .operator import operator_application, operator_listener
from .options import Options
from .parent import raise_file_limit
from .redirect import open_redirect


class Listener(uvicorn.Server):
    """Uvicorn without its own signal handling: the process around it decides."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Serve as *config* says; ``opened`` is set once it listens."""
        super().__init__(config)
        self.opened = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.opened.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def run_operations(options: Options, root: bytes) -> None:
    """Run until told to stop."""
    installation = Installation.open(options, root=root)
    configure_logs(installation.folder.log)
    raise_file_limit()
    uvloop.run(_run(installation))


async def _run(installation: Installation) -> None:
    stop = _stop_signal()
    options = installation.options
    room = Strongroom(installation.room_settings(), installation.keys)
    sums = Sums()
    listener = Listener(
        operator_listener(installation, operator_application(installation, room, sums))
    )
    redirect = await open_redirect(options.bind, options.http_port, options.public_url)
    async with AsyncExitStack() as opened, asyncio.TaskGroup() as group:
        heard = opened.enter_context(listening(installation.folder.log.parent))
        asyncio.get_running_loop().add_reader(heard, receive_into, sums, heard)
        opened.callback(asyncio.get_running_loop().remove_reader, heard)
        await opened.enter_async_context(room)
        await opened.enter_async_context(redirect)
        work = [group.create_task(each) for each in background(installation, room)]
        serving = group.create_task(_until_stopped(listener.serve(), stop))
        await stop.wait()
        for task in work:
            task.cancel()
        redirect.close()
        listener.should_exit = True
        await serving


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _until_stopped(
    serving: Coroutine[Any, Any, None], stop: asyncio.Event
) -> None:
    """Serve; a listener that ends by itself ends the process, to be started anew."""
    try:
        await serving
    finally:
        stop.set()
