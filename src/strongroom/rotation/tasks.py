"""The turn that replaces keys in time, and finishes what was begun.

It holds no state of its own: killed at any point, the next turn goes on.
"""

import logging

from .errors import RotationUnderWay
from .service import Rotation


log = logging.getLogger("strongroom.rotation")

MOST_BATCHES = 20
"""In one turn and for one owner, so that nobody waits for one with many values."""


async def replace_keys(rotation: Rotation) -> None:
    """Replace what is due on both levels, reseal, rewrap, destroy what is spare."""
    if await rotation.root_due():
        log.info("generation %d wraps from now on", await rotation.rotate_root())
    for owner in await rotation.due():
        try:
            await rotation.rotate(owner)
        except RotationUnderWay:
            continue  # Somebody else replaced it since we looked.
    left = await rotation.rewrap()
    while left:
        before, left = left, await rotation.rewrap()
        if left == before:
            log.error("%d wrapped keys were altered and cannot be wrapped anew", left)
            break
    await reseal(rotation)


async def reseal(rotation: Rotation) -> None:
    """Reseal for every owner that has older versions."""
    for owner in await rotation.unfinished():
        done, batches = await rotation.reseal(owner), 1
        while done.resealed and batches < MOST_BATCHES:
            done, batches = await rotation.reseal(owner), batches + 1
        if done.broken:
            told = "%d values of %s %s do not open: see strongroom vault status"
            log.error(told, done.broken, owner.kind, owner.id)
