"""The registry against the database, and the order in which rows go."""

from datetime import UTC, datetime

import pytest

from strongroom.db import Connection, children_first, columns_of
from strongroom.kernel import PersonalTable
from strongroom.privacy import Privacy, Registry, faults_of
from strongroom.privacy.policy import due_after, kept_with


async def test_every_column_of_the_house_is_registered(
    privacy: Privacy, owner: Connection
) -> None:
    """Each table has an entry, and each column that can hold text is named in it."""
    columns = await columns_of(owner)
    assert len({column.table for column in columns}) >= 18
    assert faults_of(columns, privacy.registry) == []


@pytest.mark.parametrize(
    ("statement", "undo", "told"),
    [
        (
            "alter table strongroom.accounts add column nickname text",
            "alter table strongroom.accounts drop column nickname",
            "table strongroom.accounts, column nickname: say in a personal_data.py",
        ),
        (
            "alter table strongroom.sessions add column places inet[]",
            "alter table strongroom.sessions drop column places",
            "column places",
        ),
        (
            "create table public.guests (id uuid)",
            "drop table public.guests",
            "table public.guests: say in a personal_data.py",
        ),
        (
            "alter table strongroom.sessions rename user_agent to agent",
            "alter table strongroom.sessions rename agent to user_agent",
            "there is no column user_agent",
        ),
        (
            "alter table strongroom.audit_entries alter actor_name set not null",
            "alter table strongroom.audit_entries alter actor_name drop not null",
            "cannot be emptied",
        ),
    ],
)
async def test_what_nobody_registered_is_named(
    privacy: Privacy, owner: Connection, statement: str, undo: str, told: str
) -> None:
    """A table or column that a migration adds is found, with what to do about it."""
    await owner.execute(statement)
    try:
        faults = faults_of(await columns_of(owner), privacy.registry)
    finally:
        await owner.execute(undo)
    assert any(told in fault for fault in faults), faults


async def test_an_entry_of_a_table_that_is_gone_is_named(
    privacy: Privacy, owner: Connection
) -> None:
    """A registry that describes what is not there would promise what it cannot keep."""
    ghost = PersonalTable.about_nobody("public.ghost", "Ghosts", because="none")
    registry = Registry([*privacy.registry.tables, ghost])
    faults = faults_of(await columns_of(owner), registry)
    assert faults == ["table public.ghost: it is registered, and there is none"]


def test_rows_go_before_those_that_they_refer_to() -> None:
    """A table stands before its parents; two that refer to each other both stand."""
    references = {("b", "a"), ("c", "b"), ("x", "y"), ("y", "x")}
    order = children_first("abcxy", references)
    assert sorted(order) == [*"abcxy"]
    assert order.index("c") < order.index("b") < order.index("a")


def test_what_is_held_keeps_what_it_stands_on() -> None:
    """A held table keeps the tables that it refers to, and no other."""
    references = {("sessions", "memberships"), ("memberships", "accounts")}
    kept = kept_with(["sessions"], references)
    assert kept == {"sessions", "memberships", "accounts"}
    assert kept_with(["memberships"], references) == {"memberships", "accounts"}


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ((2026, 1, 31), (2026, 2, 28)),
        ((2028, 1, 30), (2028, 2, 29)),
        ((2026, 12, 5), (2027, 1, 5)),
    ],
)
def test_a_request_is_due_within_a_month(
    opened: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    """On the same day of the next month, or on its last."""
    assert due_after(datetime(*opened, 9, tzinfo=UTC)) == datetime(*due, 9, tzinfo=UTC)
