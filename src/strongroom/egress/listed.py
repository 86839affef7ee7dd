"""Which hosts may be reached: exact names alone, or any public host.

Either way, an address that is not public needs its network on the operator's list.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from .addresses import Address


Network = IPv4Network | IPv6Network
Name = tuple[str, int | None]
"""A host and its port, or every port of it."""

# No wildcard: whoever can add a name below a listed one would choose the host.
_NAME = re.compile(
    r"(?P<host>[\w-]+(\.[\w-]+)*\.?)(:(?P<port>[0-9]+))?", flags=re.ASCII
)


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What is let out; made by ``only_listed`` or ``any_public``."""

    names: frozenset[Name] | None
    """None lets every name pass; its addresses are judged all the same."""

    networks: tuple[Network, ...]

    def lists_name(self, name: str, port: int) -> bool:
        """Say whether the host may be reached at all."""
        return self.names is None or not self.names.isdisjoint(
            {(name, None), (name, port)}
        )

    def lists_address(self, address: Address) -> bool:
        """Say whether the operator lists a network with this very address."""
        return any(address in each for each in self.networks)


def only_listed(entries: Iterable[str]) -> EgressPolicy:
    """Let out to *entries*: ``crm.example.com``, ``host:587``, ``10.0.0.0/8``.

    Raises:
        ValueError: one is neither a name, with a port or not, nor a network.

    """
    names, networks = set[Name](), list[Network]()
    for entry in entries:
        network = _network(entry)
        if network is None:
            names.add(_name(entry))
        else:
            networks.append(network)
    return EgressPolicy(frozenset(names), tuple(networks))


def any_public(entries: Iterable[str] = ()) -> EgressPolicy:
    """Let out to every public address, and to the networks among *entries*.

    Raises:
        ValueError: one is neither a name, with a port or not, nor a network.

    """
    return EgressPolicy(None, only_listed(entries).networks)


def normal(host: str) -> str:
    """Return *host* in the one form in which hosts are compared."""
    return host.strip("[]").rstrip(".").lower()


def _name(entry: str) -> Name:
    found = _NAME.fullmatch(entry)
    if found is None:
        message = f"{entry!r} is no host, host:port or network"
        raise ValueError(message)
    return normal(found["host"]), int(found["port"]) if found["port"] else None


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry)
    except ValueError:
        return None
