"""What is asked of the log at every turn does not take longer as the log grows."""

import json
from typing import Any
from uuid import UUID

import pytest

from strongroom.audit import store
from strongroom.db import Tx
from strongroom.kernel import new_id
from strongroom.room import Strongroom
from strongroom.streams import store as streams


LEAVES = 3_000
GROWN = """
    insert into strongroom.audit_leaves
        (organization_id, leaf, entry_id, occurred_at, facts, personal)
    select $1, place, gen_random_uuid(), now(), sha256('a'), sha256('b')
      from generate_series(0, $2 - 1) as place
"""


@pytest.fixture(scope="module")
async def tree(room: Strongroom) -> UUID:
    """Return whose tree has many leaves, beside another one."""
    ours, theirs = new_id(), new_id()
    async with room.db.system(reason="grow trees in a test") as tx:
        for each in (ours, theirs, None):
            await tx.execute(GROWN, each, LEAVES)
    return ours


async def rows_read(tx: Tx, query: str, *values: Any) -> int:
    """Return how many rows of the leaves Postgres reads for *query*."""
    told = await tx.fetchval(f"explain (analyze, format json) {query}", *values)
    return sum(_read(json.loads(told)[0]["Plan"]))


def _read(node: dict[str, Any]) -> list[int]:
    below = [n for each in node.get("Plans", ()) for n in _read(each)]
    if node.get("Relation Name") != "audit_leaves":
        return below
    skipped = node.get("Rows Removed by Filter", 0)
    return [*below, (node["Actual Rows"] + skipped) * node["Actual Loops"]]


async def test_the_size_of_a_tree_is_its_last_leaf(
    room: Strongroom, tree: UUID
) -> None:
    """One leaf is read, whoever else has how many."""
    async with room.db.system(reason="look at a plan in a test") as tx:
        assert await tx.fetchval(store._SIZE, tree) == LEAVES
        assert await rows_read(tx, store._SIZE, tree) == 1
        assert await rows_read(tx, store._SIZE, None) == 1


async def test_how_far_a_stream_is_behind_is_read_from_the_last_leaf(
    room: Strongroom, tree: UUID
) -> None:
    """For the operator's view of all streams, and for an organization's own."""
    of_one = f"select {streams._SIZE} from (select $1::uuid as organization_id) s"
    async with room.db.system(reason="look at a plan in a test") as tx:
        assert await tx.fetchval(of_one, tree) == LEAVES
        assert await rows_read(tx, of_one, tree) == 1
    async with room.db.tenant(tree) as tx:
        own = f"select {streams._OWN_SIZE}"
        assert await tx.fetchval(own) == LEAVES
        assert await rows_read(tx, own) == 1


async def test_trees_are_found_one_by_one(room: Strongroom, tree: UUID) -> None:
    """A leaf or two of each is read, and none is left out, the house's included."""
    found = await room.audit_tree.trees()
    assert {tree, None} <= found
    async with room.db.system(reason="look at a plan in a test") as tx:
        every = "select distinct organization_id from strongroom.audit_leaves"
        rows = await tx.fetch(every)
        assert found == {row["organization_id"] for row in rows}
        assert await rows_read(tx, store._TREES) <= 2 * len(found)


@pytest.mark.usefixtures("tree")
async def test_of_a_log_that_is_sealed_no_entry_is_joined(room: Strongroom) -> None:
    """What waits is found by looking each entry up: no leaf is read for nothing."""
    async with room.db.system(reason="look at a plan in a test") as tx:
        assert await rows_read(tx, store._UNSEALED, None, 1000) < LEAVES


@pytest.mark.parametrize("generic", ["force_generic_plan", "force_custom_plan"])
async def test_an_organization_reads_its_own_leaves_alone(
    room: Strongroom, tree: UUID, generic: str
) -> None:
    """Ten leaves are ten rows read, behind the wall and with a plan that is kept."""
    async with room.db.tenant(tree) as tx:
        await tx.execute(f"set local plan_cache_mode = {generic}")
        query = f"select l.leaf from {store._TREE} where l.leaf >= $2 and l.leaf < $3"
        assert len(await tx.fetch(query, tree, 500, 510)) == 10
        assert await rows_read(tx, query, tree, 500, 510) == 10
