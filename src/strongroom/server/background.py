"""Work that no request asked for: mail on its way, and forgetting in time.

One process of an installation does it. A turn that fails is logged and repeated; it
never ends the process, and the others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from strongroom.integrations import remind
from strongroom.kernel import Unavailable
from strongroom.lab import TwinServer
from strongroom.privacy import Work
from strongroom.room import Strongroom
from strongroom.rotation import replace_keys
from strongroom.trust import Trust, Watch

from .application import trust_of
from .backups import backups_of
from .installation import Installation
from .labs import lab_of, open_twin
from .log_lines import place_of
from .logs import log
from .personal import privacy_of, registry_of


PROOF_SECONDS = 10.0
MAIL_SECONDS = 2.0
STREAM_SECONDS = 1.0
WITNESS_SECONDS = 10.0
SEAL_SECONDS = 1.0
DROP_SECONDS = 3.0
PRIVACY_SECONDS = 2.0
BACKUP_SECONDS = 5.0
KEY_SECONDS = 30.0
REMIND_SECONDS = 600.0
FORGET_SECONDS = 60.0
AFTER_FAILURE_SECONDS = 5.0

Turn = Callable[[], Awaitable[Any]]


def background(
    installation: Installation, room: Strongroom
) -> list[Coroutine[Any, Any, None]]:
    """Return everything that runs beside the listeners, until it is cancelled."""
    trust = trust_of(installation, room)

    async def deliver() -> None:
        while await room.outbox.deliver_next():
            pass

    service, url = installation.service_name, installation.options.public_url
    reminding = partial(remind, room.integrations, service, url)

    async def send_logs() -> None:
        while await room.deliveries.turn():
            pass

    return [
        *keeping(room),
        forever("proving", watch_of(installation, trust).turn, PROOF_SECONDS),
        forever("mail", deliver, MAIL_SECONDS),
        forever("log streams", send_logs, STREAM_SECONDS),
        forever("witnessing", room.witnesses.turn, WITNESS_SECONDS),
        forever("privacy", work_of(installation, room).turn, PRIVACY_SECONDS),
        forever("backups", backups_of(installation, room).turn, BACKUP_SECONDS),
        forever("replacing keys", partial(replace_keys, room.rotation), KEY_SECONDS),
        forever("reminding", reminding, REMIND_SECONDS),
    ]


def keeping(room: Strongroom) -> list[Coroutine[Any, Any, None]]:
    """Return what must run beside any server whose log is to be trusted."""
    return [
        forever("sealing", room.audit_tree.seal, SEAL_SECONDS),
        forever("dropping", room.audit_tree.drop_old, DROP_SECONDS),
        forever("forgetting limits", room.limits.forget_past, FORGET_SECONDS),
    ]


def work_of(installation: Installation, room: Strongroom) -> Work:
    """Return what copies, erases and forgets in this installation."""
    return Work(privacy_of(room, registry_of(installation)))


def watch_of(installation: Installation, trust: Trust) -> Watch:
    """Return what runs the proofs of this installation."""

    def twin() -> AbstractAsyncContextManager[TwinServer]:
        return open_twin(installation.options.profile, installation.options.app)

    return Watch(trust, partial(lab_of, installation), twin)


async def forever(name: str, turn: Turn, pause: float) -> None:
    """Take a *turn*, pause, and so on; a failure shortens or lengthens the pause."""
    while True:
        try:
            await turn()
        except Unavailable:
            log.warning("%s waits: the database does not answer", name)
            await asyncio.sleep(AFTER_FAILURE_SECONDS)
        except Exception as raised:  # noqa: BLE001 - logged, and tried again.
            log.error("%s failed: %s", name, place_of(raised))
            await asyncio.sleep(AFTER_FAILURE_SECONDS)
        else:
            await asyncio.sleep(pause)
