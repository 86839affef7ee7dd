"""HTTPS to an address that the gate has judged, under the name that was asked for."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from .errors import HostUnreachable
from .gate import Gate


HTTPS = 443
LARGEST_ANSWER = 1_048_576
TIMEOUT_SECONDS = 20.0


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


class PinnedTransport(httpx.AsyncHTTPTransport):
    """Connects to the address that the gate returns; the certificate is the name's."""

    def __init__(self, gate: Gate, context: ssl.SSLContext) -> None:
        """Ask *gate* before each connection, and verify with *context*."""
        super().__init__(verify=context, retries=0)
        self._gate = gate

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*; its Host header was set from the name already."""
        host, port = request.url.host, request.url.port or HTTPS
        address = await self._gate.admit(host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address, port=port)
        return await super().handle_async_request(request)


async def ask(gate: Gate, context: ssl.SSLContext, asked: Asked) -> Answer:
    """Send *asked* once: no proxy of the environment, no redirect, no cookie kept.

    Raises:
        EgressRefused: the gate does not let it out.
        HostUnreachable: nobody answers over verified TLS.

    """
    if not asked.url.startswith("https://"):
        message = "Only https:// is spoken."
        raise HostUnreachable(message)
    client = httpx.AsyncClient(
        transport=PinnedTransport(gate, context),
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
        follow_redirects=False,
    )
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), client:
            return await _exchange(client, asked)
    except (httpx.HTTPError, TimeoutError) as failed:
        message = (
            f"{httpx.URL(asked.url).host} did not answer: {type(failed).__name__}."
        )
        raise HostUnreachable(message) from None


async def _exchange(client: httpx.AsyncClient, asked: Asked) -> Answer:
    headers, content = dict(asked.headers), asked.body
    opened = client.stream(asked.method, asked.url, headers=headers, content=content)
    async with opened as answer:
        return await _read(answer)


async def _read(answer: httpx.Response) -> Answer:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            break
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    cut = len(body) > LARGEST_ANSWER
    return Answer(answer.status_code, kind, body[:LARGEST_ANSWER], cut)
