"""All SQL of privacy: over any registered table, and over its own.

Names of tables and columns are those of registry entries, which accept nothing but
plain names; values always travel beside the statement.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from strongroom.db import Door, Tx
from strongroom.kernel import Period, PersonalTable, Subject

from .models import Hold, Job, Person, Request


LONGEST_OBSTACLE = 300

_PEOPLE = "with people as (select $1::uuid[] as ids, $2::text[] as emails)"

_COMPARED = {
    "account": "(select ids from people)::uuid[]",
    "account as text": "(select ids from people)::text[]",
    "email": "(select emails from people)::text[]",
}


def quoted(table: str) -> str:
    """Return a table's name for a statement."""
    schema, _, name = table.partition(".")
    return f'"{schema}"."{name}"'


def _is_theirs(subjects: Sequence[Subject]) -> str:
    """Return the condition under which a row is one of the people's."""
    return " or ".join(f"({_by(subject)})" for subject in subjects) or "false"


def _by(subject: Subject) -> str:
    parts = [f't."{subject.column}" = any({_COMPARED[subject.by]})']
    parts += [f"t.\"{name}\" = '{value}'" for name, value in subject.only.items()]
    return " and ".join(parts)


async def rows_of(
    door: Door | Tx, entry: PersonalTable, person: Person
) -> list[dict[str, Any]]:
    """Return a person's rows of one table, less what an export withholds."""
    found = []
    for number, subject in enumerate(entry.subjects):
        found_before = _is_theirs(entry.subjects[:number])
        query = f"""
            {_PEOPLE} select (to_jsonb(t) - $3::text[])::text as row
              from {quoted(entry.table)} t
             where ({_by(subject)}) and ({found_before}) is not true
        """
        hidden = [*entry.withheld, *subject.others]
        found += await door.fetch(query, [person.id], [person.email], hidden)
    return [json.loads(row["row"]) for row in found]


async def erase(tx: Tx, entry: PersonalTable, people: Sequence[Person]) -> int:
    """Delete the people's rows of one table, or empty them of the people."""
    change = _deleted if entry.on_erasure == "delete" else _emptied
    if entry.on_erasure == "retain" or not people:
        return 0
    query = (
        f"{_PEOPLE}, gone as ({change(entry)} returning 1) select count(*) from gone"
    )
    ids, emails = [each.id for each in people], [each.email for each in people]
    return int(await tx.fetchval(query, ids, emails))


def _deleted(entry: PersonalTable) -> str:
    # lint: sql-format, because names are those of a registry entry.
    return f"delete from {quoted(entry.table)} t where {_is_theirs(entry.own)}"


def _emptied(entry: PersonalTable) -> str:
    values = {name: _literal(entry.instead.get(name)) for name in entry.personal}
    changes = ", ".join(f'"{name}" = {value}' for name, value in values.items())
    present = " or ".join(
        f't."{name}" is distinct from {value}' for name, value in values.items()
    )
    return (
        f"update {quoted(entry.table)} t set {changes}"
        f" where ({_is_theirs(entry.own)}) and ({present})"
    )


def _literal(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


async def expire(
    tx: Tx, entry: PersonalTable, period: Period, length: timedelta
) -> int:
    """Delete the rows of one table whose period has ended, but for those held."""
    # lint: sql-format, because names are those of a registry entry.
    query = f"""
        with people as (
            select coalesce(array_agg(h.account_id), '{{}}') as ids,
                   coalesce(array_agg(a.email) filter (where a.email is not null),
                            '{{}}') as emails
              from strongroom.legal_holds h
              left join strongroom.accounts a on a.id = h.account_id
             where h.released_at is null and h.store = $2
        ), gone as (
            delete from {quoted(entry.table)} t
             where t."{period.clock}" < now() - $1::interval
               and ({_is_theirs(entry.subjects)}) is not true
            returning 1
        ) select count(*) from gone
    """
    return int(await tx.fetchval(query, length, entry.table))


async def addresses_in(tx: Tx, entry: PersonalTable, subject: Subject) -> list[str]:
    """Return the addresses by which rows of one table are people's."""
    # lint: sql-format, because names are those of a registry entry.
    query = f'select distinct "{subject.column}" as it from {quoted(entry.table)}'
    return [row["it"] for row in await tx.fetch(query)]


async def forget_address(
    tx: Tx, entry: PersonalTable, subject: Subject, email: str, before: datetime
) -> int:
    """Delete the rows of an address that are older than its erasure."""
    if not isinstance(entry.kept, Period):
        return 0
    # lint: sql-format, because names are those of a registry entry.
    query = f"""
        with gone as (
            delete from {quoted(entry.table)}
             where "{subject.column}" = $1 and "{entry.kept.clock}" < $2 returning 1
        ) select count(*) from gone
    """
    return int(await tx.fetchval(query, email, before))


async def find_person(door: Door | Tx, account_id: UUID) -> Person | None:
    """Return whose account it is, if there is one."""
    row = await door.fetchrow(
        "select id, email from strongroom.accounts where id = $1", account_id
    )
    return Person(row["id"], row["email"]) if row else None


async def people_still_here(tx: Tx, account_ids: Sequence[UUID]) -> list[Person]:
    """Return those of the accounts that exist."""
    rows = await tx.fetch(
        "select id, email from strongroom.accounts where id = any($1::uuid[])",
        account_ids,
    )
    return [Person(row["id"], row["email"]) for row in rows]


_REQUEST = """
    r.id, r.account_id, r.kind, r.state, r.opened_at, r.due_at, r.starts_at, r.done_at,
    r.words, r.answer, r.handled_by, r.obstacle, r.stores_done, r.stores, a.email
      from strongroom.privacy_requests r
      left join strongroom.accounts a on a.id = r.account_id
"""


async def insert_request(tx: Tx, request: Request) -> bool:
    """Keep a request; say whether none like it was under way."""
    tag = await tx.execute(
        """
        insert into strongroom.privacy_requests
            (id, account_id, kind, state, opened_at, due_at, starts_at, words,
             handled_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (account_id, kind) where state = 'waiting' do nothing
        """,
        request.id,
        request.account_id,
        request.kind,
        request.state,
        request.opened_at,
        request.due_at,
        request.starts_at,
        request.words,
        request.handled_by,
    )
    return tag == "INSERT 0 1"


async def requests_of(door: Door, account_id: UUID) -> list[Request]:
    """Return a person's requests, newest first."""
    rows = await door.fetch(
        f"select {_REQUEST} where r.account_id = $1 order by r.id desc", account_id
    )
    return [Request(**row) for row in rows]


async def count_waiting(door: Door) -> tuple[int, int]:
    """Return how many requests wait in time, and how many are overdue."""
    row = await door.fetchrow(
        """
        select count(*) filter (where due_at >= now()) as in_time,
               count(*) filter (where due_at < now()) as overdue
          from strongroom.privacy_requests where state in ('open', 'waiting')
        """
    )
    return (row["in_time"], row["overdue"]) if row else (0, 0)


async def all_requests(door: Door, *, settled: bool) -> list[Request]:
    """Return the requests that wait, or with *settled* all, the most urgent first."""
    rows = await door.fetch(
        f"select {_REQUEST} where $1 or r.state in ('open', 'waiting')"
        " order by r.state in ('open', 'waiting') desc, r.due_at, r.id",
        settled,
    )
    return [Request(**row) for row in rows]


async def find_request(door: Door | Tx, request_id: UUID) -> Request | None:
    """Return one request."""
    row = await door.fetchrow(f"select {_REQUEST} where r.id = $1", request_id)
    return Request(**row) if row else None


async def claim_due(tx: Tx, kind: str) -> Request | None:
    """Return a request that the house must begin, held until the transaction ends."""
    row = await tx.fetchrow(
        f"""
        select {_REQUEST}
         where r.state = 'waiting' and r.kind = $1 and r.starts_at <= now()
         order by r.starts_at limit 1 for update of r skip locked
        """,
        kind,
    )
    return Request(**row) if row else None


async def settle(
    tx: Tx,
    request_id: UUID,
    state: str,
    *,
    by: str | None = None,
    answer: str | None = None,
) -> bool:
    """End a request that is not settled yet; say whether there was one."""
    tag = await tx.execute(
        """
        update strongroom.privacy_requests
           set state = $2, done_at = now(), obstacle = null,
               handled_by = coalesce($3, handled_by), answer = coalesce($4, answer)
         where id = $1 and state in ('open', 'waiting')
        """,
        request_id,
        state,
        by,
        answer,
    )
    return tag == "UPDATE 1"


async def cancel(tx: Tx, account_id: UUID, request_id: UUID) -> bool:
    """Undo a person's own request while the house has not begun."""
    tag = await tx.execute(
        """
        update strongroom.privacy_requests set state = 'cancelled', done_at = now()
         where id = $2 and account_id = $1 and state = 'waiting' and starts_at > now()
        """,
        account_id,
        request_id,
    )
    return tag == "UPDATE 1"


async def note_progress(door: Door, request_id: UUID, done: int, stores: int) -> None:
    """Say how many stores were looked through."""
    await door.fetch(
        "update strongroom.privacy_requests set stores_done = $2, stores = $3"
        " where id = $1",
        request_id,
        done,
        stores,
    )


async def note_line(tx: Tx, request_id: UUID, line: int) -> None:
    """Remember which line of the ledger is about a request."""
    await tx.execute(
        "update strongroom.privacy_requests set ledger_line = $2 where id = $1",
        request_id,
        line,
    )


async def put_off(tx: Tx, request_id: UUID, obstacle: str, pause: timedelta) -> None:
    """Say what is in the way of a request, and when to try again."""
    await tx.execute(
        "update strongroom.privacy_requests set obstacle = $2, starts_at = now() + $3"
        " where id = $1",
        request_id,
        obstacle[:LONGEST_OBSTACLE],
        pause,
    )


async def begin_held(tx: Tx, account_id: UUID) -> None:
    """Let an erasure go on that waited for a hold."""
    await tx.execute(
        "update strongroom.privacy_requests set starts_at = now()"
        " where account_id = $1 and state = 'waiting' and obstacle is not null",
        account_id,
    )


async def last_ledger_line(door: Door | Tx) -> int:
    """Return the highest line of the ledger that the database knows of."""
    row = await door.fetchrow(
        "select coalesce(max(ledger_line), 0) as line from strongroom.privacy_requests"
    )
    return int(row["line"]) if row else 0


_HOLD = """
    h.id, h.account_id, h.store, h.reason, h.placed_by, h.placed_at, h.released_by,
    h.released_at, a.email
      from strongroom.legal_holds h
      left join strongroom.accounts a on a.id = h.account_id
"""


async def insert_hold(tx: Tx, hold: Hold) -> bool:
    """Keep a hold; say whether the store was not held already."""
    tag = await tx.execute(
        """
        insert into strongroom.legal_holds (id, account_id, store, reason, placed_by)
        values ($1, $2, $3, $4, $5)
        on conflict (account_id, store) where released_at is null do nothing
        """,
        hold.id,
        hold.account_id,
        hold.store,
        hold.reason,
        hold.placed_by,
    )
    return tag == "INSERT 0 1"


async def release_hold(tx: Tx, hold_id: UUID, by: str) -> UUID | None:
    """End a hold and return whose it was."""
    released: UUID | None = await tx.fetchval(
        "update strongroom.legal_holds set released_at = now(), released_by = $2"
        " where id = $1 and released_at is null returning account_id",
        hold_id,
        by,
    )
    return released


async def holds(door: Door | Tx) -> list[Hold]:
    """Return every hold that is not released, oldest first."""
    rows = await door.fetch(
        f"select {_HOLD} where h.released_at is null order by h.placed_at, h.id"
    )
    return [Hold(**row) for row in rows]


async def note_run(tx: Tx, removed: Mapping[str, int], pause: timedelta) -> None:
    """Say that the retention job ran, what it removed, and when it is due again."""
    await tx.execute(
        """
        update strongroom.privacy_jobs
           set ran_at = now(), due_at = now() + $1, removed = $2::jsonb
         where name = 'retention'
        """,
        pause,
        json.dumps(dict(removed)),
    )


async def job(door: Door, patience: timedelta) -> Job:
    """Return how the retention job stands; it is late when *patience* has passed."""
    row = await door.fetchrow(
        """
        select due_at, ran_at, removed, due_at <= now() as is_due,
               due_at + $1 < now() as is_late
          from strongroom.privacy_jobs where name = 'retention'
        """,
        patience,
    )
    if row is None:
        message = "the retention job has no row: was the schema restored in part?"
        raise RuntimeError(message)
    return Job(**{**row, "removed": json.loads(row["removed"])})
