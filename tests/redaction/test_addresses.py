"""Of a visitor's address, the network is told."""

import pytest

from strongroom.redaction import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:85a3::8a2e:370:7334", "2001:db8:85a3::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("not an address", None),
        (None, None),
    ],
)
def test_an_address_is_cut_to_its_network(
    address: str | None, network: str | None
) -> None:
    """Two visitors of one network are told apart by nothing."""
    assert network_of(address) == network
