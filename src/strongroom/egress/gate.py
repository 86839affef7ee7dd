"""The gate: whether a host may be connected to, and at which address.

Guards against server-side request forgery, DNS rebinding included. A name is resolved
once for each connection; every address that it has is judged, and the caller connects
to the address that is returned, never to the name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from .addresses import NEVER, Address, is_public
from .errors import EgressRefused, HostUnreachable
from .listed import EgressPolicy, normal


Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

RESOLVE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Own:
    """The house's own public listener, which everybody may reach, and so may it."""

    host: str
    port: int
    address: str
    authority: Path | None = None
    """Who signed its certificate, if that is the house itself."""


async def resolve(host: str, port: int) -> list[str]:
    """Return every address of *host*, as the system's resolver knows them now."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class Gate:
    """Decides on every connection that leaves the house."""

    def __init__(
        self, policy: EgressPolicy, own: Own | None = None, resolve: Resolve = resolve
    ) -> None:
        """Let out what *policy* says, and to the house's *own* listener, if given."""
        self._policy, self.own, self._resolve = policy, own, resolve

    def require_listed(self, host: str, port: int) -> None:
        """Accept a host that may be reached at all; its address is judged later.

        Raises:
            EgressRefused: the operator does not list it.

        """
        name = normal(host)
        if self.is_own(name, port) or self._policy.lists_name(name, port):
            return
        address = _address(name)
        if address is None or not self._policy.lists_address(address):
            message = (
                f"{name}:{port} is not on the list of hosts that may be reached."
                " Ask your operator to add it to [egress] listed."
            )
            raise EgressRefused(message)

    async def admit(self, host: str, port: int, *, in_clear: bool = False) -> str:
        """Return the address at which *host* may be connected to now.

        What travels *in_clear* goes to networks that the operator lists, and not to
        public addresses.

        Raises:
            EgressRefused: it, or one of its addresses, may not be reached.
            HostUnreachable: it has no address.

        """
        self.require_listed(host, port)
        name = normal(host)
        if self.own is not None and self.is_own(name, port):
            return self.own.address
        found = await self._addresses(name, port)
        for each in found:
            self._require_address(name, _address(each), in_clear=in_clear)
        return found[0]

    def is_own(self, host: str, port: int) -> bool:
        """Say whether that is the house's own public listener."""
        own = self.own
        return own is not None and (normal(host), port) == (normal(own.host), own.port)

    async def _addresses(self, name: str, port: int) -> Sequence[str]:
        try:
            found = [] if name.endswith(NEVER) else await self._resolve(name, port)
        except (OSError, UnicodeError):  # TimeoutError is an OSError.
            found = []
        if not found:
            message = f"{name} has no address."
            raise HostUnreachable(message)
        return found

    def _require_address(
        self, name: str, address: Address | None, *, in_clear: bool
    ) -> None:
        if address is not None and self._policy.lists_address(address):
            return
        if in_clear:
            message = f"{name} is in no network of [egress] listed: use TLS."
            raise EgressRefused(message)
        if address is None or not is_public(address):
            message = (
                f"{name} leads to an address that is not public."
                " An operator who means it adds the network to [egress] listed."
            )
            raise EgressRefused(message)


def _address(text: str) -> Address | None:
    # A zone only means something on one link.
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
