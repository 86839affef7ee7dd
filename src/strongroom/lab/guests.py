"""Canaries who come for one proof, own rows in every store, and are gone afterwards.

Rows are written and read as the schema's owner, by what the registry of personal data
says of each table. Names of tables and columns are the registry's, which accepts only
plain ones, or the catalogue's own.
"""

import json
import os
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from strongroom.db import Column, Connection, columns_of
from strongroom.kernel import Period, PersonalTable

from .errors import Unprovable, require_provable
from .lab import Lab
from .passer import forget, mailed_token, new_passer, sign_up


Rows = list[dict[str, Any]]

_OF_KIND = {"inet": "192.0.2.1", "interval": "1 hour", "boolean": False}
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "double precision"})


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who signed up for a proof, and is signed in."""

    account_id: UUID
    organization_id: UUID
    email: str
    password: str
    http: httpx.AsyncClient


@asynccontextmanager
async def guest(lab: Lab) -> AsyncIterator[Guest]:
    """Lend somebody new who owns an organization; nothing of them stays.

    Raises:
        Unprovable: nobody can sign up.

    """
    passer = new_passer(secrets.token_hex(16))
    account_id: UUID | None = None
    organization_id: UUID | None = None
    try:
        async with lab.stranger() as http:
            await sign_up(http, passer)
            token = await mailed_token(lab.inside, passer.email)
            form = {"token": token, "password": passer.password}
            answer = await http.post("/api/v1/accounts/verify", json=form)
            require_provable(answer.is_success, "a canary cannot sign up")
            found = (await http.get("/api/v1/session")).json()
            account_id = UUID(found["account_id"])
            organization_id = UUID(found["organization_id"])
            yield Guest(
                account_id, organization_id, passer.email, passer.password, http
            )
    finally:
        await forget(lab.inside, passer.email)
        if account_id is not None and organization_id is not None:
            await _forget_rest(lab, account_id, organization_id)


async def _forget_rest(lab: Lab, account_id: UUID, organization_id: UUID) -> None:
    """Remove what outlives an account by right, because this one was a canary.

    So does the organization, where a proof took its owner out of it. The audit log is
    left alone: nothing is taken out of it, and nobody is in it.
    """
    async with lab.inside.database() as database:
        await database.execute(
            "delete from strongroom.organizations where id = $1", organization_id
        )
        for entry in lab.inside.personal:
            ends = isinstance(entry.kept, Period) and entry.kept.by is None
            for subject in entry.subjects if ends else ():
                if subject.by == "account":
                    # lint: sql-format, because names are those of a registry entry.
                    query = f"delete from {entry.table} where {subject.column} = $1"
                    await database.execute(query, account_id)


async def rows_about(
    database: Connection, entry: PersonalTable, somebody: Guest
) -> Rows:
    """Return somebody's rows of one table, read another way than the house reads."""
    found: Rows = []
    for subject in entry.own:
        value = somebody.email if subject.by == "email" else str(somebody.account_id)
        wanted = {subject.column: value, **subject.only}
        # lint: sql-format, because names are those of a registry entry.
        query = f"select to_jsonb(t)::text from {entry.table} t where to_jsonb(t) @> $1"
        rows = await database.fetch(query, json.dumps(wanted))
        found += [json.loads(row[0]) for row in rows]
    return found


async def own_organization(database: Connection, somebody: Guest) -> Rows:
    """Return the row of the guest's organization."""
    rows = await database.fetch(
        "select to_jsonb(t)::text from strongroom.organizations t where id = $1",
        somebody.organization_id,
    )
    return [json.loads(row[0]) for row in rows]


async def plant(
    database: Connection,
    entry: PersonalTable,
    somebody: Guest,
    secret: str,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Write one row of a table that is somebody's, with *secret* where it is personal.

    With a *moment* the row's clock stands there.

    Raises:
        Unprovable: the table takes no such row; say in its entry what it does take.

    """
    columns = [each for each in await columns_of(database) if each.table == entry.table]
    values = {
        each.name: value
        for each in columns
        if (value := _value(each, entry, somebody, secret, moment)) is not None
    }
    names = ", ".join(f'"{name}"' for name in values)
    # lint: sql-format, because names are the catalogue's own.
    query = f"""
        insert into {entry.table} as t ({names})
        select {names} from jsonb_populate_record(null::{entry.table}, $1::jsonb)
        returning to_jsonb(t)::text
    """
    try:
        row: str = await database.fetchval(query, json.dumps(values))
    except Exception as refused:
        message = f"{entry.table} takes no canary: {type(refused).__name__}"
        raise Unprovable(message) from refused
    planted: dict[str, Any] = json.loads(row)
    return planted


async def put_back(
    database: Connection, saved: Mapping[str, Rows], order: Sequence[str]
) -> None:
    """Restore deleted rows, as a backup would bring them back, parents first."""
    for table in order:
        for row in saved.get(table, ()):
            # lint: sql-format, because names are those of a registry entry.
            query = f"""
                insert into {table}
                select * from jsonb_populate_record(null::{table}, $1::jsonb)
                    on conflict do nothing
            """
            await database.execute(query, json.dumps(row))


async def count_overdue(
    database: Connection, entry: PersonalTable, length: timedelta
) -> int:
    """Return how many rows are a day past their period and still about somebody."""
    clock = getattr(entry.kept, "clock", None)
    told = " or ".join(f"{name} is not null" for name in entry.personal)
    # lint: sql-format, because names are those of a registry entry.
    query = f"""
        select count(*) from {entry.table}
         where {clock} < now() - $1::interval - interval '1 day' and ({told or "true"})
    """
    return int(await database.fetchval(query, length))


async def is_there(database: Connection, table: str, row: Mapping[str, Any]) -> bool:
    """Say whether a table has exactly this row."""
    # lint: sql-format, because names are those of a registry entry.
    query = f"select 1 from {table} t where to_jsonb(t) = $1::jsonb limit 1"
    return await database.fetchval(query, json.dumps(row)) is not None


async def remove_row(database: Connection, table: str, row: Mapping[str, Any]) -> None:
    """Delete exactly this row."""
    # lint: sql-format, because names are those of a registry entry.
    query = f"delete from {table} t where to_jsonb(t) = $1::jsonb"
    await database.execute(query, json.dumps(row))


def _value(
    column: Column,
    entry: PersonalTable,
    somebody: Guest,
    secret: str,
    moment: datetime | None,
) -> Any:
    """Return what a canary's row has in one column; None leaves it to the table."""
    own = {each.column: each.by for each in entry.subjects[:1]}
    if column.name in own:
        return (
            somebody.email if own[column.name] == "email" else str(somebody.account_id)
        )
    if moment is not None and column.name == getattr(entry.kept, "clock", None):
        return moment.isoformat()
    standing = {"organization_id": str(somebody.organization_id)} | dict(entry.example)
    if column.name in standing:
        return standing[column.name]
    if column.name in entry.personal and column.kind in {"text", "character varying"}:
        return secret
    if column.nullable or column.filled:
        return None
    # Whoever else a row must name is the canary too: nobody real is drawn in.
    accounts = {each.column for each in entry.subjects if each.by == "account"}
    named = column.name in accounts
    return str(somebody.account_id) if named else _of_kind(column.kind)


def _of_kind(kind: str) -> Any:
    if kind == "uuid":
        return str(uuid4())
    if kind == "bytea":
        return "\\x" + os.urandom(32).hex()
    if kind in _NUMBERS:
        return 1 + secrets.randbelow(30_000)
    if kind in {"json", "jsonb"}:
        return {}
    if kind.startswith(("date", "timestamp")):
        return "now"
    return _OF_KIND.get(kind, f"canary {secrets.token_hex(4)}")
