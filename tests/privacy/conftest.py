"""People whose data is everywhere, and the work that is done about it."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from strongroom.db import Connection, single_connection
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.privacy import Privacy, Work
from strongroom.room import Strongroom
from tests.conftest import OWNER_PASSWORD, Visit
from tests.people import Person, found_organization, latest_mail, organization_of


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody who is signed in and owns an organization."""

    account_id: UUID
    person: Person
    app: httpx.AsyncClient

    async def ask(self, what: str, **form: str) -> httpx.Response:
        """Ask for *what*, with the password."""
        body = {"password": self.person.password, **form}
        return await self.app.post(f"/api/v1/privacy/{what}", json=body)

    async def ask_erasure(self) -> httpx.Response:
        """Ask for one's own erasure."""
        return await self.ask("erasures", confirmation=self.person.email)


MakeSomebody = Callable[[], Awaitable[Somebody]]


@pytest.fixture
def somebody(room: Strongroom, visit: Visit) -> MakeSomebody:
    """Return how to make somebody new."""

    async def make() -> Somebody:
        app = visit(**{"user-agent": "A very own browser"})
        person = await found_organization(room, app)
        found = (await app.get("/api/v1/session")).json()
        return Somebody(UUID(found["account_id"]), person, app)

    return make


@pytest.fixture
def work(privacy: Privacy) -> Work:
    """Return what the house does by itself."""
    return Work(privacy)


@pytest.fixture
async def owner(postgres: EmbeddedPostgres, database: str) -> AsyncIterator[Connection]:
    """Lend a connection as the schema's owner."""
    url = postgres.url("strongroom_owner", OWNER_PASSWORD, database)
    async with single_connection(url) as connection:
        yield connection


@asynccontextmanager
async def hastened(owner: Connection, account_id: UUID) -> AsyncIterator[None]:
    """Let the time to think have passed."""
    await owner.execute(
        "update strongroom.privacy_requests set starts_at = now()"
        " where account_id = $1 and state = 'waiting'",
        account_id,
    )
    yield


async def token_of(room: Strongroom, email: str) -> str:
    """Return the token of the newest mailed link."""
    return (await latest_mail(room, email)).split("token=")[1].split()[0]


def opened(archive: bytes) -> dict[str, Any]:
    """Return what an export holds, by the name of each JSON file."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return {
            name: json.loads(files.read(name))
            for name in files.namelist()
            if name.endswith(".json")
        }


async def fetched(room: Strongroom, somebody: Somebody, work: Work) -> dict[str, Any]:
    """Return a fresh copy of somebody's data."""
    (await somebody.ask("exports")).raise_for_status()
    await work.turn()
    token = await token_of(room, somebody.person.email)
    address = "/api/v1/privacy/exports/download"
    answer = await somebody.app.post(address, json={"token": token})
    answer.raise_for_status()
    return opened(answer.content)


TABLES = (
    "strongroom.accounts",
    "strongroom.memberships",
    "strongroom.password_verifiers",
    "strongroom.sessions",
    "strongroom.mails",
)
"""What a person has rows in as soon as they are signed in."""


async def rows_with(owner: Connection, words: str) -> list[str]:
    """Return the tables of the house in which *words* stand."""
    tables = await owner.fetch(
        "select oid::regclass::text as name from pg_class"
        " where relkind = 'r' and relnamespace = 'strongroom'::regnamespace"
    )
    found = []
    for table in tables:
        query = f"select 1 from {table['name']} t where t::text like $1 limit 1"
        if await owner.fetchval(query, f"%{words}%"):
            found.append(table["name"])
    return sorted(found)


async def erase(somebody: Somebody, owner: Connection, work: Work) -> None:
    """Erase somebody who asked for it, as if the time to think had passed."""
    (await somebody.ask_erasure()).raise_for_status()
    async with hastened(owner, somebody.account_id):
        await work.turn()


async def digests(owner: Connection) -> set[str]:
    """Return a digest of each row of what people own."""
    found = set()
    for table in (*TABLES, "strongroom.organizations", "strongroom.audit_entries"):
        rows = await owner.fetch(f"select md5(t::text) as it from {table} t")
        found |= {f"{table} {row['it']}" for row in rows}
    return found


async def saved_rows(owner: Connection, somebody: Somebody) -> dict[str, list[str]]:
    """Return somebody's rows, as a backup has them."""
    organization = await organization_of(somebody.app)
    key = {
        "strongroom.organizations": ("id", organization),
        "strongroom.accounts": ("id", somebody.account_id),
        "strongroom.memberships": ("account_id", somebody.account_id),
        "strongroom.password_verifiers": ("account_id", somebody.account_id),
        "strongroom.sessions": ("account_id", somebody.account_id),
        "strongroom.mails": ("recipient", somebody.person.email),
    }
    saved = {}
    for table, (column, value) in key.items():
        rows = await owner.fetch(
            f"select to_jsonb(t)::text as it from {table} t where {column} = $1", value
        )
        saved[table] = [row["it"] for row in rows]
        assert saved[table], table
    return saved


async def put_back(owner: Connection, saved: dict[str, list[str]]) -> None:
    """Restore rows that were deleted."""
    for table, rows in saved.items():
        for row in rows:
            await owner.execute(
                f"insert into {table}"
                f" select * from jsonb_populate_record(null::{table}, $1::jsonb)",
                row,
            )
