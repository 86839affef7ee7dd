"""Apps of four frameworks behind the guard, each under a real server with real TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from strongroom.db import DATABASE, OWNER, found_database
from strongroom.db.embedded import EmbeddedPostgres
from strongroom.lab import mailed_token
from strongroom.lab.inside import Inside
from strongroom.server import AppName, Installation, guard
from strongroom.server.guarding import options_from
from strongroom.server.operations import Listener
from strongroom.server.ports import free_ports
from strongroom.server.tls import server_context
from tests.people import Person, new_person
from tests.running import quiet_profile


OWNER_PASSWORD = "owner"

FRAMEWORKS = ("fastapi", "starlette", "litestar", "django")


@dataclass(frozen=True, slots=True)
class Guarded:
    """An app that is served behind the guard."""

    url: str
    installation: Installation

    def visitor(self, **headers: str) -> httpx.AsyncClient:
        """Return somebody who comes to it, with cookies of one's own."""
        tls = ssl.create_default_context(
            cafile=str(self.installation.certificate_authority)
        )
        return httpx.AsyncClient(
            base_url=self.url, verify=tls, headers=headers, trust_env=False
        )

    @asynccontextmanager
    async def somebody(self) -> AsyncIterator[tuple[httpx.AsyncClient, Person]]:
        """Lend somebody who has signed up and is signed in."""
        person = new_person()
        wanted = {"email": person.email, "password": person.password}
        async with self.visitor() as visitor:
            asked = wanted | {"organization": "Canary Works"}
            (await visitor.post("/api/v1/accounts", json=asked)).raise_for_status()
            token = await mailed_token(self.inside, person.email)
            form = {"token": token, "password": person.password}
            answer = await visitor.post("/api/v1/accounts/verify", json=form)
            answer.raise_for_status()
            yield visitor, person

    @property
    def inside(self) -> Inside:
        """What only the operator can see."""
        urls = self.installation.urls
        return Inside(urls.owner, urls.app, self.installation.keys, ())


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """Lend a Postgres of this module's own: the guard chooses its roles' passwords."""
    with EmbeddedPostgres.throwaway() as server:
        yield server


@pytest.fixture(scope="module")
async def environment(
    own_postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return what an operator would set."""
    await found_database(own_postgres.superuser_url, OWNER_PASSWORD)
    folder = tmp_path_factory.mktemp("guarded")
    return {
        "DATABASE_URL": own_postgres.url(OWNER, OWNER_PASSWORD, DATABASE),
        "STRONGROOM_DATA": str(folder / "data"),
        "STRONGROOM_PROFILE": quiet_profile(folder / "quiet"),
        "STRONGROOM_WORKERS": "1",
    }


@pytest.fixture(scope="module", params=FRAMEWORKS)
async def guarded(
    request: pytest.FixtureRequest, environment: dict[str, str]
) -> AsyncIterator[Guarded]:
    """Lend an app of each framework in turn."""
    app = f"tests.middleware.apps.with_{request.param}:app"
    async with served(app, environment) as running:
        yield running


@asynccontextmanager
async def served(app: str, environment: dict[str, str]) -> AsyncIterator[Guarded]:
    """Serve *app* behind the guard until the context ends."""
    [port] = free_ports(1)
    settings = environment | {"STRONGROOM_PORT": str(port)}
    application = guard(app, settings)
    name = AppName(name=app, folder=str(Path.cwd()))
    installation = Installation.open(options_from(settings, name), settings)
    tls = server_context(installation.local_tls, "1.3")
    config = uvicorn.Config(
        application,
        port=port,
        lifespan="on",
        log_config=None,
        ssl_context_factory=lambda *_: tls,
    )
    listener = Listener(config)
    serving = asyncio.create_task(listener.serve())
    opened = asyncio.create_task(listener.opened.wait())
    await asyncio.wait({serving, opened}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield Guarded(installation.options.public_url, installation)
    finally:
        opened.cancel()
        listener.should_exit = True
        await serving
