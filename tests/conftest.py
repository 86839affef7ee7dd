"""The parts that most tests stand on, all of them real.

One throwaway Postgres serves the run. Every test module gets a database of its own,
copied from a migrated one in a few milliseconds, and a house over it.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from strongroom.claims import Profile, load_profile
from strongroom.crypto import Keyring
from strongroom.db import (
    DATABASE,
    OWNER,
    ContextSigner,
    RolePasswords,
    found_database,
    migrate,
    single_connection,
)
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.integrations import MIRROR_PATH
from strongroom.kernel import new_id
from strongroom.middleware import (
    Bearers,
    Edge,
    EdgeSettings,
    ServicePass,
    SessionPass,
    ViolationReports,
)
from strongroom.privacy import Privacy
from strongroom.room import RoomSettings, Strongroom
from strongroom.server.app import build_faces
from strongroom.server.domains import DOMAINS
from strongroom.server.personal import privacy_of, registry_from
from strongroom.server.refused_writes import RefusedWrites
from strongroom.trust import Subject, Trust
from strongroom.web import Renderer


pytest_plugins = ("tests.running", "tests.proofs.reporting")

PUBLIC_URL = "https://strongroom.test"

KEYS = Keyring(bytes(range(32)))
OWNER_PASSWORD = "owner"
PASSWORDS = RolePasswords(app="app", system="system")

LONGEST_FIRST = (
    "tests/cli/test_prove.py",
    "tests/examples/test_notes.py",
    "tests/proofs/test_mutants.py",
    "tests/docs/test_code_blocks.py",
    "tests/proofs/test_claims.py",
)
"""Files that take minutes: begun last, one of them would be waited for alone."""


MOST_WORKERS = 4


def pytest_xdist_auto_num_workers() -> int:
    """Let one more work than there are processors: what runs servers mostly waits."""
    return min(len(os.sched_getaffinity(0)) + 1, MOST_WORKERS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; otherwise the shuffled order stays."""
    ranks = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda each: ranks.get(each.nodeid.partition("::")[0], len(ranks)))


SERVICES = (
    "addresses",
    "access",
    "admission",
    "alarms",
    "api_keys",
    "audit",
    "backups",
    "checks",
    "entrance",
    "impersonations",
    "integrations",
    "invitations",
    "oauth",
    "organizations",
    "ownership",
    "passkeys",
    "passwords",
    "recovery",
    "role_names",
    "roles",
    "rotation",
    "services",
    "sessions",
    "signin",
    "streams",
    "token_pairs",
    "totp",
)

ROOMY = {
    **dict.fromkeys(("sign_ins", "sign_ups", "writes", "organization"), "9999/1d"),
    "guesses": "100/1d",
}
"""Limits that no suite meets by chance: everybody in it comes from one address, and
some try one account in many ways. The rest is as the profile says."""

Visit = Callable[..., httpx.AsyncClient]


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """Lend a Postgres whose folder vanishes after the run."""
    with EmbeddedPostgres.throwaway() as server:
        yield server


@pytest.fixture(scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """Return the name of a migrated database that nobody connects to."""
    await found_database(postgres.superuser_url, OWNER_PASSWORD)
    owner_url = postgres.url(OWNER, OWNER_PASSWORD, DATABASE)
    await migrate(owner_url, PASSWORDS, ContextSigner(KEYS.derive("tenant context")))
    return DATABASE


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres, template: str) -> str:
    """Return the name of a fresh migrated database; it vanishes with the server."""
    name = f"room_{new_id().hex}"
    async with single_connection(postgres.superuser_url) as superuser:
        await superuser.execute(
            f"create database {name} template {template} owner {OWNER}"
        )
    return name


@pytest.fixture(scope="session")
def profile() -> Profile:
    """Return the profile with the strongest claims."""
    return load_profile("default")


@pytest.fixture(scope="module")
async def room(
    postgres: EmbeddedPostgres,
    database: str,
    profile: Profile,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Strongroom]:
    """Lend a house over the module's database."""
    settings = RoomSettings(
        app_url=postgres.url("strongroom_app", PASSWORDS.app, database),
        system_url=postgres.url("strongroom_system", PASSWORDS.system, database),
        public_url=PUBLIC_URL,
        service_name="Strongroom",
        policy={**profile.policy, "limits": ROOMY},
        folder=tmp_path_factory.mktemp("house"),
        sealed=[column for domain in DOMAINS for column in domain.sealed],
        connections=4,
    )
    async with Strongroom(settings, KEYS) as opened:
        yield opened


@pytest.fixture(scope="module")
def privacy(room: Strongroom, profile: Profile) -> Privacy:
    """Return the requests desk of the house."""
    return privacy_of(room, registry_from(DOMAINS, profile))


@pytest.fixture(scope="module")
def house(room: Strongroom, profile: Profile, privacy: Privacy) -> Edge:
    """Return the house as the ASGI application that a server would run."""
    proofs = {proof.claim: proof for domain in DOMAINS for proof in domain.proofs}
    subject = Subject(profile, proofs, PUBLIC_URL, privacy.kept())
    trust = Trust(room.db, KEYS, subject)
    services = {name: getattr(room, name) for name in SERVICES} | {
        "links": room.magic_links,
        "tree": room.audit_tree,
        "views": room.audit_views,
        "privacy": privacy,
        "trust": trust,
        "reports": ViolationReports(room.db),
    }
    faces: Any = build_faces(
        room, Renderer("Strongroom", mails_links=True), DOMAINS, services
    )
    host = PUBLIC_URL.removeprefix("https://").encode()
    signed = SessionPass(
        faces,
        room.sessions,
        Bearers(room.api_keys, room.token_pairs),
        RefusedWrites(room.audit),
        frozenset({MIRROR_PATH}),
    )
    calls = ServicePass(signed, faces, room.services, PUBLIC_URL)
    return Edge(calls, EdgeSettings(), frozenset({host}))


@pytest.fixture
async def visit(house: Edge) -> AsyncIterator[Visit]:
    """Lend a way to come to the house, each time with cookies of one's own."""
    async with AsyncExitStack() as visitors:

        def come(**headers: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(house, raise_app_exceptions=True)
            visitor = httpx.AsyncClient(
                transport=transport, base_url=PUBLIC_URL, headers=headers
            )
            visitors.push_async_exit(visitor)
            return visitor

        yield come


@pytest.fixture
def app(visit: Visit) -> httpx.AsyncClient:
    """Return a program that came to the house, with no cookie yet."""
    return visit()


@pytest.fixture
def browser(visit: Visit) -> httpx.AsyncClient:
    """Return a browser that came to the house, with no cookie yet."""
    return visit(accept="text/html", **{"sec-fetch-site": "same-origin"})
