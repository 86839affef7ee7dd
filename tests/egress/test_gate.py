"""The gate on the way out, and how a target is read."""

from ipaddress import ip_address

import pytest

from strongroom.egress import (
    Destination,
    EgressPolicy,
    EgressRefused,
    EgressSettings,
    Gate,
    HostUnreachable,
    TargetInvalid,
    any_public,
    is_public,
    only_listed,
)
from strongroom.kernel import SettingsInvalid, load_settings
from tests.egress.names import Names


INSIDE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - an address to refuse, and nothing is bound.
    "10.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "4000::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "64:ff9b:1:a00:0:108:808:808",
    "192.0.0.8",
    "192.0.0.170",
    "fec0::1",
    "feff::1",
    "3fff::1",
    "5f00::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2002:7f00:1::",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "no address",
)
OUTSIDE = ("9.9.9.9", "192.0.0.9", "2620:fe::fe", "64:ff9b::909:909")
NAME = "logs.example.com"


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("policy", [any_public(), only_listed([NAME])])
async def test_inside_is_refused_in_every_spelling(
    address: str, policy: EgressPolicy
) -> None:
    """Private, loopback, link-local, reserved; and IPv6 that only stands for IPv4."""
    with pytest.raises(EgressRefused) as refused:
        await Gate(policy, resolve=Names([address])).admit(NAME, 443)
    assert address not in str(refused.value), "names inside are nobody's to look up"


@pytest.mark.parametrize("address", OUTSIDE)
@pytest.mark.parametrize("policy", [any_public(), only_listed([NAME])])
async def test_a_public_address_passes(address: str, policy: EgressPolicy) -> None:
    """The same gate lets through what is outside, so its refusals mean something."""
    assert is_public(ip_address(address))
    gate = Gate(policy, resolve=Names([address]))
    assert await gate.admit(NAME, 443) == address


async def test_one_address_inside_is_enough() -> None:
    """A name with a public and a private address is not tried until luck decides."""
    gate = Gate(any_public(), resolve=Names(["9.9.9.9", "10.0.0.1"]))
    with pytest.raises(EgressRefused):
        await gate.admit(NAME, 443)


async def test_only_the_listed_are_named_and_only_with_their_port() -> None:
    """Names are exact; what is not listed is not even looked up."""
    names = Names(["9.9.9.9"])
    gate = Gate(only_listed(["Crm.Example.", "mail.example:587"]), resolve=names)
    for host, port in (("CRM.example", 8443), ("mail.example.", 587)):
        assert await gate.admit(host, port) == "9.9.9.9"
    asked = len(names.asked)
    for host, port in (("mail.example", 25), ("a.crm.example", 443), ("9.9.9.9", 443)):
        with pytest.raises(EgressRefused):
            await gate.admit(host, port)
    assert len(names.asked) == asked


async def test_the_operator_lists_a_network() -> None:
    """What is listed passes, its neighbours and its disguises do not."""
    policy = any_public(["10.1.0.0/16"])
    gate = Gate(policy, resolve=Names(["10.1.2.3"]))
    assert await gate.admit("siem.example", 6514) == "10.1.2.3"
    for other in ("10.2.0.1", "::ffff:10.1.2.3", "64:ff9b::a01:203"):
        with pytest.raises(EgressRefused):
            await Gate(policy, resolve=Names([other])).admit("siem.example", 6514)


async def test_plain_text_goes_to_listed_networks_only() -> None:
    """What is not encrypted never crosses the Internet."""
    names = Names(["9.9.9.9"], ["10.0.0.9"])
    gate = Gate(any_public(["10.0.0.0/8"]), resolve=names)
    with pytest.raises(EgressRefused):
        await gate.admit("siem.example", 601, in_clear=True)
    assert await gate.admit("siem.example", 601, in_clear=True) == "10.0.0.9"


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "017700000001"])
async def test_odd_spellings_of_this_machine_are_seen_through(host: str) -> None:
    """What the system resolver makes of them is what is judged."""
    with pytest.raises((EgressRefused, HostUnreachable)):
        await Gate(any_public()).admit(host, 443)


@pytest.mark.parametrize("host", ["canary.invalid", "canary.INVALID."])
async def test_a_name_that_cannot_exist_is_not_looked_up(host: str) -> None:
    """RFC 6761 §6.4: nobody is asked."""
    names = Names(["9.9.9.9"])
    with pytest.raises(HostUnreachable):
        await Gate(any_public(), resolve=names).admit(host, 443)
    assert names.asked == []


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "unresolved.example"])
async def test_a_name_without_an_address_is_unreachable(host: str) -> None:
    """No answer, a failure, and a name that no resolver can be asked for."""

    async def failing(name: str, _port: int) -> list[str]:
        name.encode("idna")
        raise OSError

    for resolve in (failing, Names([])):
        with pytest.raises(HostUnreachable):
            await Gate(any_public(), resolve=resolve).admit(host, 443)


@pytest.mark.parametrize(
    "entry", ["*.example.com", "https://crm.example", "crm.example:", "10.0.0.1/8", ""]
)
def test_what_is_no_entry_stops_the_start(entry: str) -> None:
    """There are no wildcards, and a misspelt entry is not silently absent."""
    with pytest.raises(SettingsInvalid):
        load_settings(EgressSettings, "egress", {"egress": {"listed": [entry]}}, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://example.com/",
        "https://",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://example.com\\@evil.example/",
        "https://example.com/a b",
        "https://example.com/\N{LATIN SMALL LETTER U WITH DIAERESIS}",
        "https://example.com/\r\nHost: evil",
        "syslog+tls://example.com/path",
        "syslog+udp://example.com",
        "file:///etc/passwd",
        "gopher://example.com",
        "https://" + "a" * 3000,
    ],
)
def test_what_is_no_target_is_refused(text: str) -> None:
    """Schemes that are none of ours, credentials, fragments and odd characters."""
    with pytest.raises(TargetInvalid):
        Destination.parse(text)


def test_a_target_shows_its_origin_alone() -> None:
    """The path of a webhook is a secret of somebody's."""
    place = Destination.parse("https://hooks.example.com/T0/s3cret?key=1")
    assert (place.origin, place.path) == (
        "https://hooks.example.com",
        "/T0/s3cret?key=1",
    )
    assert Destination.parse("syslog+tls://siem.example").port == 6514
    assert Destination.parse("https://[2620:fe::fe]:8443/").authority == (
        "[2620:fe::fe]:8443"
    )
