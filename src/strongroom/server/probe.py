"""Do we really answer? Asked over TLS, as a visitor asks."""

import asyncio
import ssl
from dataclasses import dataclass

from .options import authority


PATIENCE_SECONDS = 2.5

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not bound here.


@dataclass(frozen=True, slots=True)
class Probe:
    """Asks one listener."""

    address: str
    """Where it listens."""

    host: str
    """The name in its certificate."""

    port: int
    tls: ssl.SSLContext

    async def status_of(self, path: str) -> int | None:
        """Return the status of a GET, or None without an answer.

        Raises:
            SSLCertVerificationError: another certificate is served there.

        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._get(path)
        except ssl.SSLCertVerificationError:
            raise
        except (OSError, TimeoutError, ValueError, IndexError):
            return None

    async def _get(self, path: str) -> int:
        address = _EVERY_ADDRESS.get(self.address, self.address)
        # lint: way-out, because it asks our own listener whether it answers.
        reader, writer = await asyncio.open_connection(
            address, self.port, ssl=self.tls, server_hostname=self.host
        )
        try:
            host = authority(self.host, self.port)
            head = f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
            writer.write(head.encode())
            return int((await reader.readline()).split()[1])
        finally:
            writer.close()
