"""Killed in the middle of an erasure: nothing half done, and the next turn ends it."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from strongroom.db import Connection
from strongroom.privacy import Work
from strongroom.room import Strongroom

from .conftest import MakeSomebody, hastened, rows_with


PROGRAM = """
import asyncio, os, signal, sys
from pathlib import Path

from strongroom.claims import load_profile
from strongroom.crypto import Keyring
from strongroom.privacy import Work, store, tasks
from strongroom.room import RoomSettings, Strongroom
from strongroom.server.domains import DOMAINS
from strongroom.server.personal import privacy_of, registry_from

app_url, system_url, folder, where = sys.argv[1:]


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


if where == "after two stores":
    erase, seen = store.erase, []

    async def erase_and_die(*given):
        seen.append(1)
        return await erase(*given) if len(seen) < 3 else die()

    store.erase = erase_and_die
elif where == "after the ledger":
    store.note_line = die
else:
    tasks.append_link = die


async def main():
    profile = load_profile("default")
    settings = RoomSettings(
        app_url, system_url, "https://x.test", "X", profile.policy, Path(folder)
    )
    async with Strongroom(settings, Keyring(bytes(range(32)))) as room:
        await Work(privacy_of(room, registry_from(DOMAINS, profile))).turn()


asyncio.run(main())
"""


@pytest.mark.parametrize(
    "where", ["after two stores", "before the ledger", "after the ledger"]
)
async def test_a_killed_erasure_is_whole_afterwards(
    room: Strongroom,
    owner: Connection,
    work: Work,
    somebody: MakeSomebody,
    tmp_path: Path,
    where: str,
) -> None:
    """The person is whole after the kill, and nowhere after the next turn."""
    one = await somebody()
    (await one.ask_erasure()).raise_for_status()
    before = await rows_with(owner, one.person.email)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    settings = room.settings
    async with hastened(owner, one.account_id):
        killed = await asyncio.create_subprocess_exec(
            sys.executable,
            str(program),
            settings.app_url,
            settings.system_url,
            str(settings.folder),
            where,
        )
        assert await killed.wait() == -signal.SIGKILL
    assert await rows_with(owner, one.person.email) == before
    assert (await one.app.get("/api/v1/session")).is_success
    await work.turn()
    assert await rows_with(owner, one.person.email) == []
    async with room.db.system(reason="replay in a test") as tx:
        assert await work.erasures.replay(tx) == 0
