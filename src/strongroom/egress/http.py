"""HTTPS to an address that the gate has judged, under the name that was asked for.

By the engine of httpx alone: httpx itself brings a command line along, which the
library half must not load.
"""

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpcore

from .errors import HostUnreachable
from .gate import Gate


LARGEST_ANSWER = 1_048_576
TIMEOUT_SECONDS = 20.0

_FAILURES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    TimeoutError,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that leaves the house. It never shows its headers or its body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    body: bytes | None = field(repr=False, default=None)
    longest: int = LARGEST_ANSWER
    """So many bytes of the answer's body are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, headers by lower-case names, and a body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    cut: bool = False
    """Whether there was more than is kept."""

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success (RFC 9110 §15.3)."""
        return self.status // 100 == 2  # noqa: PLR2004

    @property
    def content_type(self) -> str:
        """The type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the address that the gate returns, and to no other."""

    def __init__(self, gate: Gate) -> None:
        """Ask *gate* before each connection."""
        self._gate, self._inner = gate, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature.
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect; the TLS above verifies *host*, not the address."""
        address = await self._gate.admit(host, port)
        return await self._inner.connect_tcp(
            address, port, timeout, local_address, socket_options
        )


class Https:
    """Asks over connections that are kept for the next request to the same host."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        """Ask by *pool*; ``https`` makes one behind a gate."""
        self._pool = pool

    async def ask(self, asked: Asked) -> Answer:
        """Send *asked* once: no proxy of the environment, no redirect, no cookie kept.

        Raises:
            EgressRefused: the gate does not let it out.
            HostUnreachable: nobody answers over verified TLS.

        """
        url = urlsplit(asked.url)
        if url.scheme != "https":
            message = "Only https:// is spoken."
            raise HostUnreachable(message)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._exchange(asked, url.netloc.rpartition("@")[2])
        except _FAILURES as failed:
            message = f"{url.hostname} did not answer: {_why(failed)}."
            raise HostUnreachable(message) from None

    async def _exchange(self, asked: Asked, host: str) -> Answer:
        # Compressed, an answer could hide what it repeats, and grow without measure.
        headers = {"host": host, **asked.headers, "accept-encoding": "identity"}
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        opened = self._pool.stream(
            asked.method, asked.url, headers=given, content=asked.body
        )
        async with opened as answer:
            body = await _read(answer.aiter_stream(), asked.longest)
            found = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in answer.headers
            }
            cut = len(body) > asked.longest
            return Answer(answer.status, found, body[: asked.longest], cut)


@asynccontextmanager
async def https(gate: Gate, context: ssl.SSLContext) -> AsyncIterator[Https]:
    """Lend what asks over HTTPS: each connection passes *gate*, and *context*."""
    backend = PinnedBackend(gate)
    async with httpcore.AsyncConnectionPool(
        ssl_context=context, network_backend=backend
    ) as pool:
        yield Https(pool)


async def _read(stream: AsyncIterable[bytes], longest: int) -> bytes:
    """Read to the end, so that the connection can be used again; or break off."""
    body = b""
    async for part in stream:
        body += part
        if len(body) > longest:
            break
    return body


def _why(failed: Exception) -> str:
    # Words about a breach of protocol quote what came, and that may repeat a secret.
    if isinstance(failed, TimeoutError | httpcore.TimeoutException):
        return f"nothing came within {TIMEOUT_SECONDS:.0f} s"
    told = str(failed) if isinstance(failed, httpcore.NetworkError) else ""
    return told or type(failed).__name__
