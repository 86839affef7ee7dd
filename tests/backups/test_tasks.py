"""Backups made, rotated, damaged and restored, with a real Postgres at both ends."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest

from strongroom.archive import HEADER, ArchiveBroken, Identity, NotForThisKey
from strongroom.backups import new_run
from strongroom.db import single_connection
from strongroom.kernel import new_id
from strongroom.lab.guests import Guest, plant, rows_about
from strongroom.privacy import Privacy, Work as PrivacyWork
from strongroom.room import Strongroom
from strongroom.vault import KeyOwner

from .conftest import Desk


KEPT_BY_RIGHT = {
    "strongroom.vault_keys",
    "strongroom.vault_archive_keys",
    "strongroom.legal_holds",
}
SECRET = "a canary's words that nobody else writes"


async def settle(desk: Desk) -> UUID:
    """Let a person live in the house, with words of their own in a request."""
    account = new_id()
    async with single_connection(desk.owner_url) as owner:
        await owner.execute(
            "insert into strongroom.accounts (id, email) values ($1, $2)",
            account,
            f"{account.hex}@example.org",
        )
        await owner.execute(
            "insert into strongroom.privacy_requests"
            " (id, account_id, kind, state, due_at, words)"
            " values ($1, $2, 'access', 'open', now(), $3)",
            new_id(),
            account,
            f"{SECRET}\n\twith a tab and a \\ backslash",
        )
    return account


def parts(folder: Path, kind: str = "data") -> list[Path]:
    """Return every encrypted part of archives of a kind."""
    return sorted(folder.glob(f"archives/{kind}-*/*.age"))


async def test_a_backup_comes_back_row_by_row(desk: Desk) -> None:
    """Every table comes back with as many rows, and the same hashes."""
    await settle(desk)
    made = await desk.work.take_up(new_run("backup"))
    assert (made.result, made.reason) == ("done", None)
    drilled = await desk.work.take_up(new_run("drill"))
    assert (drilled.result, drilled.reason) == ("done", None)
    tables = {each["table"]: each for each in drilled.report["tables"]}
    assert tables["strongroom.accounts"]["restored"] > 0
    assert all(each["matches"] for each in tables.values())


async def test_an_archive_is_ciphertext(desk: Desk) -> None:
    """No part shows what is in it, and the server's newest key opens no other one."""
    await settle(desk)
    first = await desk.work.take_up(new_run("backup"))
    await desk.work.take_up(new_run("backup"))
    found = parts(desk.folder)
    assert found
    assert all(each.read_bytes().startswith(HEADER) for each in found)
    assert not [each for each in found if SECRET.encode() in each.read_bytes()]
    place = desk.work.place()
    with pytest.raises(NotForThisKey):
        place.drill_identity(first.archive or "")
    shelf = place.shelf
    archive = shelf.get(first.archive or "")
    assert archive.contents(desk.operator).tables
    with pytest.raises(NotForThisKey):
        archive.contents(Identity.new())


async def test_only_the_newest_are_kept(desk: Desk) -> None:
    """Of three backups with keep = 2, the oldest goes."""
    runs = [await desk.work.take_up(new_run("backup")) for _ in range(3)]
    kept = desk.work.place().shelf.names("data")
    assert set(kept) <= {each.archive for each in runs}
    assert len(kept) == 2
    assert len(desk.work.place().shelf.names("keys")) == 1


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda raw: raw[:-1], "bytes"),
        (lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), "altered"),
    ],
)
async def test_a_damaged_archive_is_red(desk: Desk, damage: object, says: str) -> None:
    """One byte less, or one bit other, and the drill fails and says which part."""
    await settle(desk)
    await desk.work.take_up(new_run("backup"))
    victim = parts(desk.folder)[0]
    victim.write_bytes(damage(victim.read_bytes()))  # type: ignore[operator]
    drilled = await desk.work.take_up(new_run("drill"))
    assert drilled.result == "failed"
    assert says in (drilled.reason or "")


async def test_what_was_never_finished_is_no_archive(desk: Desk) -> None:
    """Without its manifest an archive does not count, and the next run removes it."""
    made = await desk.work.take_up(new_run("backup"))
    (desk.folder / "archives" / str(made.archive) / "manifest.json").unlink()
    assert desk.work.place().shelf.names("data") == []
    with pytest.raises(ArchiveBroken, match="no archive"):
        desk.work.place().shelf.newest("data")
    await desk.work.take_up(new_run("backup"))
    assert not (desk.folder / "archives" / str(made.archive)).exists()


async def test_the_erased_stay_unreadable_in_yesterdays_backup(
    desk: Desk, room: Strongroom
) -> None:
    """With the person's key gone, an older backup comes back without the person."""
    account, other = await settle(desk), await settle(desk)
    old = await desk.work.take_up(new_run("backup"))
    async with room.db.system(reason="erase a canary") as tx:
        await room.vault.destroy(tx, KeyOwner.person(account))
    await desk.work.turn()
    drilled = await desk.work.take_up(new_run("drill", old.archive))
    assert (drilled.result, drilled.reason) == ("done", None)
    tables = {each["table"]: each for each in drilled.report["tables"]}
    assert tables["strongroom.accounts"]["unreadable"] == 1
    assert tables["strongroom.privacy_requests"]["unreadable"] == 1
    assert other != account
    async with single_connection(desk.owner_url) as owner:
        await owner.execute("delete from strongroom.accounts where id = $1", account)


async def test_whoever_is_erased_stays_so_after_yesterdays_backup(
    desk: Desk, privacy: Privacy
) -> None:
    """A person with a row in every store is in no store of the restored database."""
    account, other = await settle(desk), await settle(desk)
    stores = [e for e in privacy.registry.personal if e.table not in KEPT_BY_RIGHT]
    async with httpx.AsyncClient() as http, single_connection(desk.owner_url) as owner:
        organization = new_id()
        await owner.execute(
            "insert into strongroom.organizations (id, name) values ($1, 'canary')",
            organization,
        )
        email = f"{account.hex}@example.org"
        person = Guest(account, organization, email, "not used", http)
        for entry in stores:
            if not await rows_about(owner, entry, person):
                await plant(owner, entry, person, SECRET)
        old = await desk.work.take_up(new_run("backup"))
        await owner.execute(
            "insert into strongroom.privacy_requests"
            " (id, account_id, kind, state, due_at, starts_at)"
            " values ($1, $2, 'erasure', 'waiting', now(), now())",
            new_id(),
            account,
        )
    assert await PrivacyWork(privacy).erasures.erase_next()
    await desk.work.turn()
    drilled = await desk.work.take_up(new_run("drill", old.archive))
    assert (drilled.result, drilled.reason) == ("done", None)
    assert drilled.report["erased"] > 0
    async with single_connection(desk.restored[-1]) as restored:
        left = await restored.fetch("select id, email from strongroom.accounts")
        assert account not in {row["id"] for row in left}
        assert f"{other.hex}@example.org" in {row["email"] for row in left}
        for entry in (each for each in stores if each.on_erasure == "delete"):
            query = f"select count(*) from {entry.table} t where t::text like $1"
            assert not await restored.fetchval(query, f"%{account}%"), entry.table
