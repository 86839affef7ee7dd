"""The gate on the way out."""

from collections.abc import Sequence

import pytest

from strongroom.egress import (
    Destination,
    EgressGuard,
    EgressRefused,
    HostUnknown,
    TargetInvalid,
    networks_of,
)


class Names:
    """A name server of somebody else: each question takes the next answer."""

    def __init__(self, *answers: Sequence[str]) -> None:
        """Give *answers* in turn, the last one for ever."""
        self.answers, self.asked = [*answers], 0

    async def __call__(self, _host: str, _port: int) -> Sequence[str]:
        """Answer one question."""
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


INSIDE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - an address to refuse, and nothing is bound.
    "10.0.0.1",
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
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2002:a00:1::",
)


@pytest.mark.parametrize("address", INSIDE)
async def test_inside_is_refused_in_every_spelling(address: str) -> None:
    """Private, loopback, link-local, reserved; and IPv6 that only stands for IPv4."""
    guard = EgressGuard(resolve=Names([address]))
    with pytest.raises(EgressRefused):
        await guard.pin("logs.example.com", 443)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909"])
async def test_a_public_address_passes(address: str) -> None:
    """The same gate lets through what is outside, so its refusals mean something."""
    assert (
        await EgressGuard(resolve=Names([address])).pin("dns.example", 443) == address
    )


async def test_one_address_inside_is_enough() -> None:
    """A name with a public and a private address is not tried until luck decides."""
    guard = EgressGuard(resolve=Names(["9.9.9.9", "10.0.0.1"]))
    with pytest.raises(EgressRefused):
        await guard.pin("logs.example.com", 443)


async def test_the_operator_lists_a_network() -> None:
    """What is listed passes, its neighbours do not."""
    listed = networks_of(["10.1.0.0/16"])
    guard = EgressGuard(listed, Names(["10.1.2.3"]))
    assert await guard.pin("siem.example", 6514) == "10.1.2.3"
    with pytest.raises(EgressRefused):
        await EgressGuard(listed, Names(["10.2.0.1"])).pin("siem.example", 6514)


async def test_plain_text_goes_to_listed_networks_only() -> None:
    """What is not encrypted never crosses the Internet."""
    guard = EgressGuard(networks_of(["10.0.0.0/8"]), Names(["9.9.9.9"], ["10.0.0.9"]))
    with pytest.raises(EgressRefused):
        await guard.pin("siem.example", 601, listed_only=True)
    assert await guard.pin("siem.example", 601, listed_only=True) == "10.0.0.9"


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "017700000001"])
async def test_odd_spellings_of_this_machine_are_seen_through(host: str) -> None:
    """What the system resolver makes of them is what is judged."""
    with pytest.raises((EgressRefused, HostUnknown)):
        await EgressGuard().pin(host, 443)


async def test_a_name_that_cannot_exist_is_not_looked_up() -> None:
    """RFC 6761 §6.4: nobody is asked."""
    names = Names(["9.9.9.9"])
    with pytest.raises(HostUnknown):
        await EgressGuard(resolve=names).pin("canary.invalid", 443)
    assert names.asked == 0


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
