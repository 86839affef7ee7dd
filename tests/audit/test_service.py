"""Entries are sealed into trees, and trees tell of every change."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from strongroom.audit import HOUSE, AuditTree, Entry, NotSealedYet, Target, TreePlace
from strongroom.db import OWNER, Tx, single_connection
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from strongroom.tlog import Verdict, verify_export
from tests.conftest import KEYS, OWNER_PASSWORD, Visit
from tests.people import found_organization, organization_of


@pytest.fixture
async def organization(visit: Visit, room: Strongroom) -> UUID:
    """Return an organization with a few sealed entries."""
    app = visit()
    await found_organization(room, app)
    await act(room, await organization_of(app), 3)
    return await organization_of(app)


async def act(
    room: Strongroom, organization_id: UUID | None, times: int
) -> list[Entry]:
    """Write *times* entries, and have them sealed."""
    entries = [
        Entry("test.act", HOUSE, Target("test", str(n)), organization_id)
        for n in range(times)
    ]
    async with room.db.system(reason="write entries in a test") as tx:
        for entry in entries:
            await room.audit.record(tx, entry)
    while await room.audit_tree.seal():
        pass
    return entries


async def verified(
    room: Strongroom, organization: UUID, *earlier: bytes, source: Tx | None = None
) -> Verdict:
    """Return what the offline verifier says of the organization's export now."""
    key = room.audit_tree.verifier_key(organization)
    lines = [line async for line in room.audit_tree.export(organization, source)]
    return verify_export(lines, [key], earlier, now=datetime.now(UTC))


async def test_an_untouched_log_holds(room: Strongroom, organization: UUID) -> None:
    """Also as it grows: every later tree extends every earlier checkpoint."""
    earlier = []
    for times in (1, 2, 300, 5):
        earlier.append(await room.audit_tree.checkpoint(organization))
        await act(room, organization, times)
    verdict = await verified(room, organization, *earlier)
    assert verdict.holds, verdict.findings
    assert verdict.entries == verdict.size >= 311
    assert verdict.origin == f"strongroom.test/audit/{organization}"


TAMPERING = {
    "an entry is edited": (
        "update strongroom.audit_entries set outcome = 'refused' where id = $1",
        "edited",
    ),
    "who acted is changed": (
        "update strongroom.audit_entries set actor_name = 'nobody' where id = $1",
        "edited",
    ),
    "an entry is deleted": (
        "delete from strongroom.audit_entries where id = $1",
        "missing",
    ),
    "the tail is deleted": (
        (
            "delete from strongroom.audit_entries where organization_id ="
            " (select organization_id from strongroom.audit_entries where id = $1)"
            " and id >= $1"
        ),
        "missing",
    ),
    "the leaves are cut too": (
        (
            "with cut as (select organization_id o, leaf n from strongroom.audit_leaves"
            " where entry_id = $1) delete from strongroom.audit_leaves using cut"
            " where organization_id = cut.o and leaf >= cut.n"
        ),
        "cut",
    ),
    "an entry is dated back": (
        (
            "update strongroom.audit_entries"
            " set occurred_at = now() - interval '2 years'"
            " where id = $1"
        ),
        "edited",
    ),
    "a leaf is dated back to drop its entry": (
        (
            "with gone as (delete from strongroom.audit_entries where id = $1)"
            " update strongroom.audit_leaves"
            " set occurred_at = now() - interval '2 years'"
            " where entry_id = $1"
        ),
        "edited",
    ),
    "the leaf is made anew for an edited entry": (
        (
            "update strongroom.audit_leaves set facts = sha256('other')"
            " where entry_id = $1"
        ),
        "edited",
    ),
}


@pytest.mark.parametrize(("statement", "what"), TAMPERING.values(), ids=TAMPERING)
async def test_an_owner_of_the_database_is_found_out(
    room: Strongroom,
    organization: UUID,
    postgres: EmbeddedPostgres,
    database: str,
    statement: str,
    what: str,
) -> None:
    """The verifier names what was done, though all the rows obeyed."""
    (first, *_) = await act(room, organization, 3)
    assert (await verified(room, organization)).holds
    url = postgres.url(OWNER, OWNER_PASSWORD, database)
    async with single_connection(url) as owner:
        trial = owner.transaction()
        await trial.start()
        await owner.execute(statement, first.id)
        verdict = await verified(room, organization, source=Tx(owner))
        await trial.rollback()
    assert what in {finding.what for finding in verdict.findings}
    assert (await verified(room, organization)).holds


async def test_a_retold_history_is_found_by_an_old_checkpoint(
    room: Strongroom,
    organization: UUID,
    postgres: EmbeddedPostgres,
    database: str,
    tmp_path: Path,
) -> None:
    """Even whoever holds key, rows and files cannot retell what was signed."""
    old = await room.audit_tree.checkpoint(organization)
    url = postgres.url(OWNER, OWNER_PASSWORD, database)
    async with single_connection(url) as owner:
        await owner.execute(
            "update strongroom.audit_leaves set facts = sha256('retold')"
            " where organization_id = $1 and leaf = 0",
            organization,
        )
        await owner.execute(
            "delete from strongroom.audit_entries e using strongroom.audit_leaves l"
            " where l.entry_id = e.id and l.organization_id = $1 and l.leaf = 0",
            organization,
        )
    place = TreePlace("strongroom.test", tmp_path)
    retold = AuditTree(room.db, KEYS, place, room.audit_tree.settings)
    await retold.seal()
    key = retold.verifier_key(organization)
    lines = [line async for line in retold.export(organization)]
    later = datetime.now(UTC) + timedelta(days=400)  # When its entry may be gone.
    assert verify_export(lines, [key], now=later).holds
    verdict = verify_export(lines, [key], [old], now=later)
    assert [finding.what for finding in verdict.findings] == ["rewritten"]


async def test_a_tree_that_lost_its_rows_is_signed_no_more(
    room: Strongroom,
    organization: UUID,
    postgres: EmbeddedPostgres,
    database: str,
) -> None:
    """The sealer says so, keeps the old checkpoint, and goes on with other trees."""
    await act(room, organization, 3)
    before = await room.audit_tree.checkpoint(organization)
    url = postgres.url(OWNER, OWNER_PASSWORD, database)
    async with single_connection(url) as owner:
        await owner.execute(
            "delete from strongroom.audit_entries where organization_id = $1",
            organization,
        )
        await owner.execute(
            "delete from strongroom.audit_leaves where organization_id = $1",
            organization,
        )
    await act(room, organization, 1)
    assert await room.audit_tree.checkpoint(organization) == before
    said = room.audit_tree.trouble(organization) or ""
    assert "sealed" in said
    house = await room.audit_tree.checkpoint(None)
    await act(room, None, 1)
    assert await room.audit_tree.checkpoint(None) != house
    assert room.audit_tree.trouble(None) is None


async def test_a_sealer_that_was_killed_is_made_up_for(
    room: Strongroom, organization: UUID
) -> None:
    """Leaves without tiles, and tiles without a checkpoint, are published later."""
    await act(room, organization, 2)
    tiles = room.audit_tree.tiles(organization)
    note = tiles.checkpoint.read_bytes()
    async with room.db.system(reason="write an entry in a test") as tx:
        entry = Entry("test.act", HOUSE, Target("test"), organization)
        await room.audit.record(tx, entry)
    await room.audit_tree.seal()
    later = tiles.checkpoint.read_bytes()
    tiles.checkpoint.write_bytes(note)  # As if killed before the last rename.
    again = AuditTree(
        room.db,
        KEYS,
        TreePlace("strongroom.test", tiles.path.parent),
        room.audit_tree.settings,
    )
    await again.seal()
    assert tiles.checkpoint.read_bytes() == later
    assert (await verified(room, organization, note)).holds


async def test_two_sealers_make_one_tree(room: Strongroom, organization: UUID) -> None:
    """However they race, each entry has one place, and no place has two."""
    place = TreePlace(
        "strongroom.test", room.audit_tree.tiles(organization).path.parent
    )
    other = AuditTree(room.db, KEYS, place, room.audit_tree.settings)
    async with room.db.system(reason="write entries in a test") as tx:
        for n in range(50):
            target = Target("test", str(n))
            await room.audit.record(tx, Entry("race", HOUSE, target, organization))
    done = await asyncio.gather(
        room.audit_tree.seal(), other.seal(), return_exceptions=True
    )
    assert any(not isinstance(each, BaseException) for each in done)
    await room.audit_tree.seal()
    assert (await verified(room, organization)).holds


async def test_old_entries_are_dropped_and_their_places_kept(
    room: Strongroom,
    organization: UUID,
    postgres: EmbeddedPostgres,
    database: str,
) -> None:
    """What is past its period goes; the tree, and what is younger, stay."""
    url = postgres.url(OWNER, OWNER_PASSWORD, database)
    ids = {days: new_id() for days in (364, 366, 4000)}
    async with single_connection(url) as owner:
        for days, entry_id in ids.items():
            await owner.execute(
                "insert into strongroom.audit_entries (id, organization_id, action,"
                " outcome, actor_kind, target_kind, occurred_at) values"
                " ($1, $2, 'test.aged', 'done', 'house', 'test', now() - $3::interval)",
                entry_id,
                organization,
                timedelta(days=days),
            )
    await room.audit_tree.seal()
    before = await room.audit_tree.checkpoint(organization)
    assert await room.audit_tree.drop_old() == 2
    verdict = await verified(room, organization, before)
    assert verdict.holds, verdict.findings
    assert verdict.dropped == 2
    assert (await room.audit.get(organization, ids[364])).action == "test.aged"


async def test_an_emptied_person_leaves_the_proof_good(
    room: Strongroom,
    organization: UUID,
    postgres: EmbeddedPostgres,
    database: str,
) -> None:
    """Without name, address and salt the leaf is still the one that was sealed."""
    (entry,) = await act(room, organization, 1)
    url = postgres.url(OWNER, OWNER_PASSWORD, database)
    async with single_connection(url) as owner:
        await owner.execute(
            "update strongroom.audit_entries set actor_name = null, address = null,"
            " user_agent = null, salt = null where id = $1",
            entry.id,
        )
    assert (await verified(room, organization)).holds


async def test_who_is_forgotten_before_the_seal_stops_nothing(
    room: Strongroom,
    organization: UUID,
    postgres: EmbeddedPostgres,
    database: str,
) -> None:
    """An entry that lost its person within its first second is sealed all the same."""
    entry = Entry("test.act", HOUSE, Target("test"), organization)
    async with room.db.system(reason="write an entry in a test") as tx:
        await room.audit.record(tx, entry)
    url = postgres.url(OWNER, OWNER_PASSWORD, database)
    async with single_connection(url) as owner:
        await owner.execute(
            "update strongroom.audit_entries set salt = null where id = $1", entry.id
        )
    await room.audit_tree.seal()
    assert (await room.audit_tree.prove(organization, entry.id)).leaf > 0
    assert (await verified(room, organization)).holds


async def test_every_entry_can_be_proved(room: Strongroom, organization: UUID) -> None:
    """The proof names the entry's leaf, and carries the checkpoint that it leads to."""
    entries = await act(room, organization, 5)
    sealed = await room.audit_tree.prove(organization, entries[2].id)
    assert sealed.proof.startswith(b"c2sp.org/tlog-proof@v1\nindex ")
    assert (await room.audit_tree.checkpoint(organization)) in sealed.proof
    other = Entry("test.act", HOUSE, Target("test"), organization)
    async with room.db.system(reason="write an entry in a test") as tx:
        await room.audit.record(tx, other)
    with pytest.raises(NotSealedYet):
        await room.audit_tree.prove(organization, other.id)


async def test_no_tenant_sees_anothers_leaves(
    room: Strongroom, organization: UUID, app: httpx.AsyncClient
) -> None:
    """The table of leaves stands behind the wall like every other."""
    await found_organization(room, app)
    foreign = await organization_of(app)
    await room.audit_tree.seal()
    door = room.db.tenant(foreign)
    rows = await door.fetch("select organization_id from strongroom.audit_leaves")
    assert {row["organization_id"] for row in rows} == {foreign}
    assert organization != foreign
