"""Which addresses belong to the public internet, whatever they are wrapped in."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network


Address = IPv4Address | IPv6Address

NEVER = ".invalid"  # RFC 6761 §6.4: such a name resolves nowhere.

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1

_INSIDE = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890 §2.1: protocols' own, but for two anycasts.
    IPv6Network("64:ff9b:1::/48"),  # RFC 8215: NAT64 of a network's own.
    IPv6Network("3fff::/20"),  # RFC 9637: documentation.
    IPv6Network("5f00::/16"),  # RFC 9602: segment routing within a network.
    IPv6Network("fec0::/10"),  # RFC 3879: site-local, deprecated and still routed.
)
"""What the library calls public in one of its versions or another."""

_ANYCAST = (IPv4Address("192.0.0.9"), IPv4Address("192.0.0.10"))  # RFC 7723, RFC 8155.


def is_public(address: Address) -> bool:
    """Say whether anybody on the internet could reach *address* as well as we can.

    An IPv6 address that carries an IPv4 address is public if both are.
    """
    if _is_inside(address):
        return False
    inner = _carried(address)
    if inner is not None and not is_public(inner):
        return False
    # NAT64 lies in ::/8, which is reserved as a whole; what it carries decides.
    reserved = address.is_reserved and inner is None
    return address.is_global and not (address.is_multicast or reserved)


def _is_inside(address: Address) -> bool:
    return address not in _ANYCAST and any(
        address.version == each.version and address in each for each in _INSIDE
    )


def _carried(address: Address) -> IPv4Address | None:
    """Return the IPv4 address inside: mapped, NAT64, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
