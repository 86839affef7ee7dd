"""The gate: whether a host may be connected to, and at which address.

Guards against server-side request forgery, DNS rebinding included. A name is resolved
once for each connection; every address that it has is judged, and the caller connects
to the address that is returned, never to the name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from .addresses import NEVER, Address, is_public
from .errors import EgressRefused, HostUnreachable


Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[list[str]]]

RESOLVE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Own:
    """The house's own public listener, which everybody may reach, and so may it."""

    host: str
    port: int
    address: str
    authority: Path | None = None
    """Who signed its certificate, if that is the house itself."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator lists: names with or without a port, and private networks."""

    names: frozenset[tuple[str, int | None]]
    networks: tuple[Network, ...]


def parse_allowed(entries: Iterable[str]) -> Allowed:
    """Return what *entries* allow: ``crm.example.com``, ``host:587``, ``10.0.0.0/8``.

    Raises:
        ValueError: one is neither a name, with a port or not, nor a network.

    """
    names, networks = set[tuple[str, int | None]](), list[Network]()
    for entry in entries:
        network = _network(entry)
        if network is not None:
            networks.append(network)
            continue
        host, colon, port = entry.partition(":")
        if not _is_name(host) or (colon and not port.isdecimal()):
            message = f"{entry!r} is no host, host:port or network"
            raise ValueError(message)
        names.add((normal(host), int(port) if colon else None))
    return Allowed(frozenset(names), tuple(networks))


async def resolve(host: str, port: int) -> list[str]:
    """Return every address of *host*, as the system's resolver knows them now."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class Gate:
    """Decides on every connection that leaves the house."""

    def __init__(
        self, allowed: Allowed, own: Own | None = None, resolve: Resolve = resolve
    ) -> None:
        """Let through what is *allowed*, and to the house's *own* listener."""
        self._allowed, self.own, self._resolve = allowed, own, resolve

    def require_listed(self, host: str, port: int) -> None:
        """Accept a host that may be reached at all; its address is judged later.

        Raises:
            EgressRefused: the operator does not list it.

        """
        name = normal(host)
        if self.is_own(name, port) or self._allowed.names & {
            (name, None),
            (name, port),
        }:
            return
        address = _address(name)
        if address is not None and self._lists(address):
            return
        message = (
            f"{name}:{port} is not on the list of hosts that may be reached."
            " Ask your operator to add it to [integrations] egress."
        )
        raise EgressRefused(message)

    async def admit(self, host: str, port: int) -> str:
        """Return the address at which *host* may be connected to now.

        Raises:
            EgressRefused: it is not listed, or has an address that is not public.
            HostUnreachable: it has no address.

        """
        self.require_listed(host, port)
        name = normal(host)
        if self.own is not None and self.is_own(name, port):
            return self.own.address
        try:
            found = [] if name.endswith(NEVER) else await self._resolve(name, port)
        except OSError:  # TimeoutError is one.
            found = []
        if not found:
            message = f"{name} has no address."
            raise HostUnreachable(message)
        for each in found:
            self._require_address(name, each)
        return found[0]

    def is_own(self, host: str, port: int) -> bool:
        """Say whether that is the house's own public listener."""
        own = self.own
        return own is not None and (normal(host), port) == (normal(own.host), own.port)

    def _require_address(self, name: str, text: str) -> None:
        address = _address(text)
        if address is None or not (is_public(address) or self._lists(address)):
            message = (
                f"{name} leads to an address that is not public."
                " An operator who means it lists the network in [integrations] egress."
            )
            raise EgressRefused(message)

    def _lists(self, address: Address) -> bool:
        return any(address in each for each in self._allowed.networks)


def normal(host: str) -> str:
    """Return *host* in the one form in which hosts are compared."""
    return host.strip("[]").rstrip(".").lower()


def _is_name(host: str) -> bool:
    # No wildcard: whoever can add a name below a listed one would choose the host.
    labels = normal(host).split(".")
    return all(
        label and all(c.isascii() and (c.isalnum() or c in "-_") for c in label)
        for label in labels
    )


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _address(text: str) -> Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
