"""A secret is bound to the hosts that it was given for, each in its role."""

import pytest

from strongroom.connectors import (
    KINDS,
    FieldsInvalid,
    destination,
    hosts_of,
    kind_of,
    parse_dsn,
)
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


def dsn(*hosts: str) -> Secret:
    """Return a connection string that names *hosts*."""
    return Secret(f"mongodb://ada:quiet-lantern@{','.join(hosts)}/")


def test_a_connection_string_names_a_few_hosts() -> None:
    """Each in its place, with the usual port where it says none."""
    few = [f"{each}.example.invalid" for each in "abcdefghij"]
    found = hosts_of(KINDS["mongodb"], {}, dsn(*few))
    assert found == [(each, 27017) for each in few]


@pytest.mark.parametrize(
    "hosts",
    [
        [f"{each}.example.invalid" for each in "abcdefghijk"],
        ["a.example.invalid", "a.example.invalid"],
        ["a.example.invalid", "A.example.invalid:27017"],
    ],
)
def test_a_connection_string_is_no_list_of_doors_to_knock_at(hosts: list[str]) -> None:
    """A host that stands there twice, or one of many, is refused beside the secret."""
    with pytest.raises(FieldsInvalid) as refused:
        parse_dsn(KINDS["mongodb"], dsn(*hosts))
    [words] = refused.value.fields.values()
    assert words == "Name each host once, and at most 10 of them."
