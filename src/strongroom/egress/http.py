"""HTTPS to an address that the gate has judged, under the name that was asked for."""

import asyncio
import ssl
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as far as anybody is told."""

    status: int
    content_type: str
    body: bytes
    cut: bool = False
    """Whether there was more than is kept."""


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


async def ask(gate: Gate, context: ssl.SSLContext, asked: Asked) -> Answer:
    """Send *asked* once: no proxy of the environment, no redirect, no cookie kept.

    Raises:
        EgressRefused: the gate does not let it out.
        HostUnreachable: nobody answers over verified TLS.

    """
    url = httpcore.URL(asked.url)
    if url.scheme != b"https":
        message = "Only https:// is spoken."
        raise HostUnreachable(message)
    pool = httpcore.AsyncConnectionPool(
        ssl_context=context, network_backend=PinnedBackend(gate)
    )
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), pool:
            return await _exchange(pool, url, asked)
    except _FAILURES as failed:
        message = f"{url.host.decode()} did not answer: {type(failed).__name__}."
        raise HostUnreachable(message) from None


async def _exchange(
    pool: httpcore.AsyncConnectionPool, url: httpcore.URL, asked: Asked
) -> Answer:
    # Compressed, an answer could hide what it repeats, and grow without measure.
    headers = {**asked.headers, "accept-encoding": "identity"}
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    opened = pool.stream(asked.method, url, headers=given, content=asked.body)
    async with opened as answer:
        body = await _read(answer.aiter_stream())
        found = {name.lower(): value for name, value in answer.headers}
        kind = found.get(b"content-type", b"").partition(b";")[0].decode("latin-1")
        cut = len(body) > LARGEST_ANSWER
        return Answer(answer.status, kind.strip(), body[:LARGEST_ANSWER], cut)


async def _read(stream: AsyncIterable[bytes]) -> bytes:
    body = b""
    async for part in stream:
        body += part
        if len(body) > LARGEST_ANSWER:
            break
    return body
