"""One HTTPS request after the other, by the engine of httpx alone.

The library half must not load a command line, which httpx itself brings along.
Redirects are not followed, and no proxy of the environment is used.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpcore

from .errors import DeliveryFailed


SECONDS = 10.0
LONGEST_ANSWER = 65_536


@dataclass(frozen=True, slots=True)
class PosterAnswer:
    """A status, headers by lower-case names, and the first 64 KiB of a body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success (RFC 9110 §15.3)."""
        return self.status // 100 == 2  # noqa: PLR2004


class Poster:
    """Sends POST requests over connections that are kept for the next one."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        """Trust whom *tls* trusts."""
        self._pool = httpcore.AsyncConnectionPool(ssl_context=tls)

    async def __aenter__(self) -> Self:
        """Return it; connections are made when first used."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def post(
        self,
        url: str,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        server_name: str | None = None,
    ) -> PosterAnswer:
        """Send *content*; the certificate is held to *server_name*, or the address.

        Raises:
            DeliveryFailed: there was no answer.

        """
        pairs = [
            (name.encode(), each.encode()) for name, each in (headers or {}).items()
        ]
        waits = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        named = {"sni_hostname": server_name} if server_name else {}
        try:
            async with self._pool.stream(
                "POST",
                url,
                headers=pairs,
                content=content,
                extensions={"timeout": waits, **named},
            ) as answer:
                return await _read(answer)
        except httpcore.TimeoutException:
            failed = f"no answer within {SECONDS:.0f} s"
            raise DeliveryFailed(failed) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as reason:
            failed = f"the connection failed: {str(reason) or type(reason).__name__}"
            raise DeliveryFailed(failed) from None


async def _read(answer: httpcore.Response) -> PosterAnswer:
    """Read a short answer, so that the connection can be used again; cut a long one."""
    content = b""
    async for part in answer.aiter_stream():
        content += part
        if len(content) > LONGEST_ANSWER:
            break
    headers = {
        n.decode("latin-1").lower(): v.decode("latin-1") for n, v in answer.headers
    }
    return PosterAnswer(answer.status, headers, content[:LONGEST_ANSWER])
