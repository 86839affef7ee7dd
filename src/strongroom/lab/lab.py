"""The lab: what a proof may use, and all of it is real.

An HTTP client over the network to the public address, a browser, and, with the
data folder, canary organizations and a connection to the catalogue. One lab looks
at one target; the same proof runs against the live server and its twin.
"""

import asyncio
import re
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx

from .browser import Browser
from .canaries import Canaries, CanaryOrganization, Name
from .errors import Unprovable
from .exercise import Exercise
from .inside import Inside
from .operations import OPENAPI_PATHS, Operation, read_operations


TIMEOUT_SECONDS = 15
_LINK = re.compile(r'href="(/[^"#?]*)"')


class Lab:
    """Everything that a proof may use against one target."""

    def __init__(
        self,
        url: str,
        *,
        authority: Path | None = None,
        inside: Inside | None = None,
        plain_port: int | None = None,
        exercises: Sequence[Exercise] = (),
        furnish: Callable[["Lab"], Awaitable[None]] | None = None,
    ) -> None:
        """Look at *url*, trusting *authority* besides the system's.

        *inside* is what only the operator sees, *plain_port* where plain HTTP
        answers if not on 80, *exercises* how canaries perform operations, *furnish*
        how they come to own rows of an embedder's tables.
        """
        parts = urlsplit(url)
        self.url = f"{parts.scheme}://{parts.netloc}"
        self.host = parts.hostname or ""
        self.port = parts.port or 443
        self.plain_port = plain_port or 80
        self.authority = authority
        self.exercises = {each.operation: each for each in exercises}
        self._furnish = furnish
        self.browser = Browser(authority)
        self._one_at_a_time = asyncio.Lock()
        self._inside = inside
        self._tls = ssl.create_default_context(
            cafile=str(authority) if authority else None
        )
        self.is_local = is_here(self.host)
        """Whether the target is this machine, where one can be many visitors."""

        self._http = self._new_client()
        self._canaries_http = self._new_client()
        self._operations: list[Operation] | None = None
        self._canaries: Canaries | None = None

    async def __aenter__(self) -> Self:
        """Return the lab."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the browser and the connections."""
        await self.browser.close()
        await self._http.aclose()
        await self._canaries_http.aclose()

    @property
    def http(self) -> httpx.AsyncClient:
        """A client without a session, shared by proofs that need none."""
        self._http.cookies.clear()
        return self._http

    @property
    def inside(self) -> Inside:
        """What only the operator can see.

        Raises:
            Unprovable: this lab looks from outside.

        """
        if self._inside is None:
            message = "needs an inside view: run it with --data"
            raise Unprovable(message)
        return self._inside

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client of its own, without a session."""
        async with self._new_client() as client:
            yield client

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Look while no other proof does, in this process or another one's.

        Two would meet each other's traces: what one plants, the other would find. Each
        comes as somebody new, so that none spends what a limit leaves to another.

        Raises:
            DatabaseUnavailable: nobody can tell whether another looks.

        """
        async with self._one_at_a_time, AsyncExitStack() as opened:
            if self._inside is not None:
                await opened.enter_async_context(self._inside.one_prover())
            before, self._http = self._http, self._new_client()
            await before.aclose()
            yield

    async def canary(self, name: Name) -> CanaryOrganization:
        """Return canary organization *name*."""
        return await self._canary_house().organization(name)

    async def furnish(self) -> None:
        """Let both canaries own rows of every table, an embedder's included."""
        if self._furnish is not None:
            await self._furnish(self)

    @asynccontextmanager
    async def signed_in(
        self, name: Name, role: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client with a session of canary *name*'s *role*, ended afterwards."""
        house = self._canary_house()
        person = (await house.organization(name)).people[role]
        async with self._new_client() as client:
            await house.sign_in(client, person)
            yield client
            await client.delete("/api/v1/session")

    async def operations(self) -> list[Operation]:
        """Return what the target's OpenAPI documents list; empty without one."""
        if self._operations is None:
            documents = await asyncio.gather(*map(self._document, OPENAPI_PATHS))
            self._operations = [
                operation
                for document in documents
                for operation in read_operations(document)
            ]
        return self._operations

    async def addresses(self) -> list[str]:
        """Return paths to look at: described, linked, and one that does not exist."""
        described = [each.address() for each in await self.operations()]
        linked = await self._links("/") + await self._links("/security")
        missing = f"/{uuid4().hex}"
        return sorted({"/", "/.well-known/security.txt", missing, *described, *linked})

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url,
            transport=httpx.AsyncHTTPTransport(
                verify=self._tls,
                local_address=new_address() if self.is_local else None,
            ),
            timeout=TIMEOUT_SECONDS,
            headers={"user-agent": "strongroom-proof"},
            trust_env=False,
        )

    def _canary_house(self) -> Canaries:
        if self._canaries is None:
            self._canaries = Canaries(self._canaries_http, self.inside)
        return self._canaries

    async def _document(self, path: str) -> Mapping[str, Any]:
        answer = await self.http.get(path)
        described = "json" in answer.headers.get("content-type", "")
        if not (answer.is_success and described):
            return {}
        document: Mapping[str, Any] = answer.json()
        return document

    async def _links(self, path: str) -> list[str]:
        answer = await self.http.get(path)
        found = [urljoin(path, link) for link in _LINK.findall(answer.text)]
        return [link for link in found if not link.startswith("//")]


def new_address() -> str:
    """Return an address of this machine from which hardly anybody came before.

    All of 127.0.0.0/8 is this machine (RFC 1122 §3.2.1.3), so that one prover can be
    many visitors to a server here, each with an address that the socket really has.
    """
    middle, last = secrets.randbelow(0x10000), 2 + secrets.randbelow(250)
    return f"127.{middle >> 8}.{middle & 255}.{last}"


def is_here(host: str) -> bool:
    """Say whether *host* is this very machine, whichever of its names or addresses."""
    try:
        found = socket.getaddrinfo(host, 0, socket.AF_INET, socket.SOCK_STREAM)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
            tried.bind(found[0][4])
    except OSError:
        return False
    return True
