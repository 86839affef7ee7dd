"""A visitor's address, cut down to the network that it is in.

Enough to see where abuse comes from; too little to single out a person. The audit
log keeps the whole address, for its own purpose.
"""

import ipaddress


PREFIX = {4: 24, 6: 48}
"""Bits that stay: an IPv4 /24 and an IPv6 site of RFC 6177."""


def network_of(address: str | None) -> str | None:
    """Return the network of *address*, or None when it is no address."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if ip.version == 6 and ip.ipv4_mapped:  # noqa: PLR2004 - RFC 4291 §2.5.5.2.
        ip = ip.ipv4_mapped
    bare = ip.compressed.partition("%")[0]  # Without a zone, RFC 4007 §11.
    return str(ipaddress.ip_network(f"{bare}/{PREFIX[ip.version]}", strict=False))
