"""A secret is bound to the hosts that it was given for, each in its role."""

from strongroom.connectors import destination, kind_of
from strongroom.kernel import Secret


def test_hosts_cannot_change_places() -> None:
    """The host that gives tokens sees the client's secret, and the other must not."""
    kind = kind_of("http-oauth")
    told = {
        "base_url": "https://api.example.invalid",
        "token_url": "https://tokens.example.invalid/token",
    }
    swapped = {
        "base_url": "https://tokens.example.invalid",
        "token_url": "https://api.example.invalid/token",
    }
    first, second = (destination(kind, each, Secret("")) for each in (told, swapped))
    assert first == "api.example.invalid:443, tokens.example.invalid:443"
    assert second != first
