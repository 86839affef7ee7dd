"""The ledger beside the database: who was erased stays erased."""

import pytest

from strongroom.db import Connection
from strongroom.privacy import LedgerBroken, Privacy, Work
from strongroom.room import Strongroom

from .conftest import MakeSomebody, erase, hastened, put_back, rows_with, saved_rows


async def test_an_edited_or_cut_ledger_is_noticed(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """A changed line, a missing line and a cut tail are each named."""
    await erase(await somebody(), owner, work)
    await erase(await somebody(), owner, work)
    path, whole = work.erasures.ledger.path, work.erasures.ledger.path.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert path.stat().st_mode & 0o777 == 0o600
    for broken, told in (
        (whole.replace(b'"held":[]', b'"held":["x"]', 1), "line 1 does not follow"),
        (b"".join(lines[1:]), "line 1 does not follow"),
        (b"".join(lines[:-1]), f"line {len(lines)} and those after it"),
        (b"".join(lines[:-2]) + lines[-1], f"line {len(lines) - 1} does not follow"),
        (b"", "line 1 and those after it"),
    ):
        path.write_bytes(broken)
        try:
            with pytest.raises(LedgerBroken, match=told):
                async with room.db.system(reason="replay in a test") as tx:
                    await work.erasures.replay(tx)
        finally:
            path.write_bytes(whole)
    async with room.db.system(reason="replay in a test") as tx:
        await work.erasures.replay(tx)


async def test_an_unfinished_line_is_no_erasure(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """A crash in the middle of a line leaves it out, and the next line stands alone."""
    await erase(await somebody(), owner, work)
    path = work.erasures.ledger.path
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"line":')
    one = await somebody()
    await erase(one, owner, work)
    assert path.read_bytes().startswith(whole + b'{"line":')
    async with room.db.system(reason="replay in a test") as tx:
        await work.erasures.replay(tx)
    assert await rows_with(owner, one.person.email) == []


async def test_a_person_is_not_erased_if_nobody_would_remember(
    owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """With a broken ledger the erasure waits and says why; mended, it goes on."""
    await erase(await somebody(), owner, work)
    one, path = await somebody(), work.erasures.ledger.path
    whole = path.read_bytes()
    path.write_bytes(b"")
    try:
        with pytest.raises(LedgerBroken):
            await erase(one, owner, work)
    finally:
        path.write_bytes(whole)
    assert (await one.app.get("/api/v1/session")).is_success
    [request] = (await one.app.get("/api/v1/privacy/requests")).json()
    assert "are gone" in request["obstacle"]
    async with hastened(owner, one.account_id):
        await work.turn()
    assert await rows_with(owner, one.person.email) == []


async def test_whoever_comes_back_with_a_backup_is_erased_again(
    room: Strongroom, owner: Connection, work: Work, somebody: MakeSomebody
) -> None:
    """The ledger beside the database outlives a restore; a second replay is idle."""
    one, other = await somebody(), await somebody()
    saved = await saved_rows(owner, one)
    await erase(one, owner, work)
    assert await rows_with(owner, one.person.email) == []
    await put_back(owner, saved)
    assert "strongroom.accounts" in await rows_with(owner, one.person.email)
    async with room.db.system(reason="replay in a test") as tx:
        assert await work.erasures.replay(tx) > 0
    assert await rows_with(owner, one.person.email) == []
    assert (await other.app.get("/api/v1/session")).is_success
    async with room.db.system(reason="replay in a test") as tx:
        assert await work.erasures.replay(tx) == 0


async def test_whoever_comes_back_while_we_run_is_noticed(
    owner: Connection, work: Work, privacy: Privacy, somebody: MakeSomebody
) -> None:
    """A turn finds an erased account that somebody restored, and erases it."""
    one = await somebody()
    saved = await saved_rows(owner, one)
    await erase(one, owner, work)
    await put_back(owner, saved)
    await Work(privacy).turn()
    assert await rows_with(owner, one.person.email) == []
