"""Which addresses belong to the public internet, whatever they are wrapped in."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network


Address = IPv4Address | IPv6Address

NEVER = ".invalid"  # RFC 6761 §6.4: such a name resolves nowhere.

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215


def is_public(address: Address) -> bool:
    """Say whether anybody on the internet could reach *address* as well as we can.

    An IPv6 address that carries an IPv4 address is public if both are.
    """
    inner = _carried(address)
    if inner is not None and not is_public(inner):
        return False
    # NAT64 lies in ::/8, which is reserved as a whole; what it carries decides.
    reserved = address.is_reserved and inner is None
    return address.is_global and not (address.is_multicast or reserved)


def _carried(address: Address) -> IPv4Address | None:
    """Return the IPv4 address inside: mapped, NAT64, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64 or address in _LOCAL_NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
