"""The one gate on the way out: which address a request of ours connects to.

Guards against a name that means our own network, at once or at the second look-up
(DNS rebinding): a name is looked up once for each connection, all of its addresses
must be outside, and the caller connects to the one that is returned, not to the name.
It does not look at what is sent.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

from .addresses import NEVER, Address, embedded, is_public
from .errors import EgressRefused, HostUnknown


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of *host*, as the system knows them.

    Raises:
        HostUnknown: it has none.

    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        message = f"the name {host} does not resolve"
        raise HostUnknown(message) from None
    return [str(address[0]) for *_, address in found]


class EgressGuard:
    """Decides which addresses requests of ours may reach."""

    def __init__(
        self, listed: Iterable[Network] = (), resolve: Resolve = look_up
    ) -> None:
        """Let through what is public or *listed*; ask *resolve* what a name means."""
        self._listed, self._resolve = tuple(listed), resolve

    async def pin(self, host: str, port: int, *, listed_only: bool = False) -> str:
        """Return the address to connect to for *host*; connect to nothing else.

        With *listed_only*, public addresses are refused too: for what travels in clear.

        Raises:
            EgressRefused: one of its addresses is inside.
            HostUnknown: it has no address.

        """
        if host.rstrip(".").endswith(NEVER):
            message = f"the name {host} cannot exist"
            raise HostUnknown(message)
        found = [parsed(each) for each in await self._resolve(host, port)]
        if not found:
            message = f"the name {host} has no address"
            raise HostUnknown(message)
        for each in found:
            self._require_allowed(each, listed_only=listed_only)
        return str(found[0])

    def _require_allowed(self, address: Address, *, listed_only: bool) -> None:
        meant = embedded(address)
        if any(meant in network for network in self._listed):
            return
        if listed_only:
            message = f"{meant} is in no network that this server lists; use TLS"
            raise EgressRefused(message)
        if not is_public(address):
            message = f"{meant} is in a private or reserved network"
            raise EgressRefused(message)


def parsed(text: str) -> Address:
    """Return an address without its zone, which only means something on one link."""
    return ipaddress.ip_address(text.partition("%")[0])


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return networks such as ``10.0.0.0/8``, or one address.

    Raises:
        ValueError: one is none.

    """
    return tuple(ipaddress.ip_network(text) for text in texts)
