"""Our own side of every comparison: the one file to change when our faces change.

Each function says what it must return, and nothing is measured in place of the real
thing: the servers are the whole public application, edge pass and look-ups included.
"""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from strongroom.audit import AuditLog, AuditSettings, AuditTree, TreePlace
from strongroom.crypto import Keyring
from strongroom.db import (
    ContextSigner,
    Database,
    Pool,
    RolePasswords,
    migrate,
    single_connection,
)
from strongroom.kernel import NOWHERE, Caller, Secret
from strongroom.middleware import Edge, EdgeSettings
from strongroom.room import Strongroom
from strongroom.sessions import COOKIE
from strongroom.signin import Credentials, SignUp

from .goals import OURS
from .our_app import Place, as_role
from .peers.five_middlewares.bare import app
from .probe import Answer
from .targets import GRANIAN, Post, Server, SessionTarget, SignInTarget, names


ROOT_FOLDER = Path(__file__).parent.parent
ORGANIZATION = "Bench"
NO_CONTENT = 204


def session_server(database_url: str, scratch: Path) -> SessionTarget:
    """Return our server for the session check, with one user in an empty database.

    One Granian worker, edge pass on, strict look-up and rolling expiry on, plain
    HTTP on the loopback address, as the peers do. Its folder lies in *scratch*.
    """
    return _session_target(Place.new(database_url, scratch))


def forward_auth_server(database_url: str, scratch: Path) -> SessionTarget:
    """Return the same server as a proxy on the loopback address asks it."""
    place = replace(Place.new(database_url, scratch), proxies=("127.0.0.1/32",))
    return replace(
        _session_target(place),
        path="/api/v1/forward-auth",
        headers={
            "X-Forwarded-Method": "GET",
            "X-Forwarded-Host": "app.example.com",
            "X-Forwarded-For": "192.0.2.1",
        },
        is_its_user=_is_passed_on,
        revoke="delete from strongroom.sessions",
        expected=NO_CONTENT,
    )


def _session_target(place: Place) -> SessionTarget:
    email, password = "one@example.com", secrets.token_hex(16)
    asyncio.run(_settle(place, [(email, password)]))
    granian = str(Path(sys.executable).with_name("granian"))
    return SessionTarget(
        server=Server(
            OURS,
            (granian, *GRANIAN, "--factory", "bench.our_app:app"),
            ROOT_FOLDER,
            place.environment(),
        ),
        path="/api/v1/session",
        is_its_user=names(email),
        cookies=partial(_cookies, place, email, password),
        revoke="update strongroom.sessions set ended_at = now()",
    )


def _is_passed_on(answer: Answer) -> bool:
    """Say whether a proxy is told which account asks, in the role of its owner."""
    told = answer.headers
    return bool(told.get("x-strongroom-account")) and (
        told.get("x-strongroom-role") == "owner"
    )


def sign_in_server(database_url: str, scratch: Path) -> SignInTarget:
    """Return our server for sign-ins, which also answers session checks."""
    session = session_server(database_url, scratch)
    told = session.server.env
    place = Place(database_url, told["BENCH_ROOT"], Path(told["BENCH_DATA"]))
    return SignInTarget(session, partial(_posts, place))


def _posts(place: Place, _: str, accounts: int) -> Sequence[Post]:
    people = [
        (f"person-{number}@example.com", secrets.token_hex(16))
        for number in range(accounts)
    ]
    asyncio.run(_sign_up(place, people))
    return [
        Post(
            path="/api/v1/sessions",
            body=json.dumps({"email": email, "password": password}).encode(),
            headers={"Content-Type": "application/json"},
            expected=201,
        )
        for email, password in people
    ]


def _cookies(
    place: Place, email: str, password: str, _: str, sessions: int
) -> Sequence[str]:
    async def sign_in() -> list[str]:
        credentials = Credentials(email, Secret(password))
        async with _room(place) as room:
            arrived = [
                await room.signin.sign_in(credentials, NOWHERE) for _ in range(sessions)
            ]
        opened = [each.session for each in arrived if each.session]
        return [f"{COOKIE}={each.token.reveal()}" for each in opened]

    return asyncio.run(sign_in())


async def _settle(place: Place, people: Sequence[tuple[str, str]]) -> None:
    await place.prepare()
    await _sign_up(place, people)


async def _sign_up(place: Place, people: Sequence[tuple[str, str]]) -> None:
    async with _room(place) as room:
        for email, password in people:
            wanted = SignUp(email, Secret(password), ORGANIZATION)
            await room.signin.sign_up(wanted, NOWHERE)
            body = (await room.outbox.newest(1))[0].body or ""
            token = body.split("token=", 1)[1].split()[0]
            await room.signin.verify(Secret(token), Secret(password), NOWHERE)


def _room(place: Place) -> Strongroom:
    installation = place.installation(port=1)
    return Strongroom(installation.room_settings(), installation.keys)


def limits_environment(database_url: str, scratch: Path) -> Mapping[str, str]:
    """Return what processes need to limit, in an empty database."""
    place = Place.new(database_url, scratch)
    asyncio.run(place.prepare())
    return place.environment()


@asynccontextmanager
async def limited_room(budget: str) -> AsyncIterator[Strongroom]:
    """Yield a room at the environment's place, as a worker has it.

    Its reads and its sign-ins have this *budget*, such as ``100/1d``.
    """
    place = Place.of_environment()
    limits = dict.fromkeys(("reads", "sign_ins"), budget)
    async with _room(replace(place, limits=limits)) as room:
        yield room


async def callers(room: Strongroom, number: int) -> list[Caller]:
    """Return so many callers whose identifiers the database made, as look-ups do."""
    door = room.db.system(reason="make up callers")
    rows = await door.fetch(
        "select gen_random_uuid() as id from generate_series(1, $1)", number
    )
    ids = [row["id"] for row in rows]
    until = datetime.max.replace(tzinfo=UTC)
    return [
        Caller(each, each, "one@example.com", ids[0], ORGANIZATION, "owner", until)
        for each in ids
    ]


def edge_app() -> Any:
    """Return `bench.peers.five_middlewares.bare.app` behind our whole edge pass.

    Granian calls this as a factory in its own process. The address, and so the host
    to answer for, is 127.0.0.1 with the port in the environment's PORT.
    """
    hosts = frozenset({f"127.0.0.1:{os.environ['PORT']}".encode()})
    return Edge(app, EdgeSettings(), hosts)


@dataclass(frozen=True, slots=True)
class AuditRig:
    """Our doors, our log and our trees, over one database."""

    db: Database
    log: AuditLog
    tree: AuditTree
    owner_url: str

    async def store(self, organization: UUID, number: int) -> None:
        """Store so many entries of *organization* at once, not yet sealed."""
        async with single_connection(self.owner_url) as owner:
            await owner.execute(
                "insert into strongroom.audit_entries (id, organization_id, action,"
                " outcome, actor_kind, actor_name, target_kind, details)"
                " select gen_random_uuid(), $1, 'note.rename', 'done', 'account',"
                " 'somebody@example.com', 'note', jsonb_build_object('n', n)"
                " from generate_series(1, $2) as n",
                organization,
                number,
            )


async def audit_rig(database_url: str, connections: int, folder: Path) -> AuditRig:
    """Return our log over a database whose table ``notes`` is under isolation."""
    db = await tenant_read_rig(database_url, connections)
    place = TreePlace("bench.example", folder / "audit")
    tree = AuditTree(db, Keyring(secrets.token_bytes(32)), place, AuditSettings())
    return AuditRig(db, AuditLog(db), tree, database_url)


async def tenant_read_rig(database_url: str, connections: int) -> Database:
    """Return our doors to a database whose table ``notes`` is under isolation.

    Gets a superuser's URL; ``public.notes`` has its rows and the columns ``id uuid``
    (key), ``organization_id uuid``, ``title text`` and ``body text``. Migrates, takes
    the table in by the one call, and opens the doors over so many *connections*.
    """
    signer = ContextSigner(secrets.token_bytes(32))
    passwords = RolePasswords(secrets.token_hex(), secrets.token_hex())
    await migrate(database_url, passwords, signer)
    async with single_connection(database_url) as owner:
        await owner.execute("select strongroom.isolate('public.notes')")
    url = as_role(database_url, "strongroom_app", passwords.app)
    system = as_role(database_url, "strongroom_system", passwords.system)
    name = "strongroom"
    return Database(
        Pool(url, connections, name), Pool(system, connections, name), signer
    )
