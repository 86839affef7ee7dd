"""Which writes are another site's, what the headers say, and how a policy is read."""

import pytest

from strongroom.middleware import EdgeSettings
from strongroom.middleware.policy import (
    Networks,
    client_address,
    data_policy,
    directives_of,
    is_cross_site_write,
    page_policy,
    plain_address,
    standing_headers,
)


HOST = b"example.com"

WRITES = [
    # Sec-Fetch-Site decides wherever a browser sends it.
    ("POST", b"same-origin", None, False),
    ("POST", b"none", None, False),
    ("POST", b"cross-site", None, True),
    ("POST", b"same-site", None, True),
    ("PUT", b"cross-site", None, True),
    ("PATCH", b"same-site", None, True),
    ("DELETE", b"cross-site", None, True),
    # It outranks Origin, both ways.
    ("POST", b"same-origin", b"https://attacker.example", False),
    ("POST", b"cross-site", b"https://example.com", True),
    ("POST", b"same-site", b"https://example.com", True),
    # A word that no browser says is not trusted.
    ("POST", b"", None, True),
    ("POST", b"Same-Origin", None, True),
    ("POST", b"same-origin, cross-site", None, True),
    # Older browsers are told by Origin.
    ("POST", None, b"https://example.com", False),
    ("POST", None, b"https://attacker.example", True),
    ("POST", None, b"https://example.com.attacker.example", True),
    ("POST", None, b"https://attackerexample.com", True),
    ("POST", None, b"https://example.com:8443", True),
    ("POST", None, b"https://example.com/", True),
    ("POST", None, b"null", True),
    ("POST", None, b"", True),
    ("POST", None, b"example.com", True),
    # What sends neither is no browser.
    ("POST", None, None, False),
    ("DELETE", None, None, False),
    # Safe methods change nothing, whoever sends them.
    ("GET", b"cross-site", b"https://attacker.example", False),
    ("HEAD", b"cross-site", None, False),
    ("OPTIONS", b"cross-site", b"https://attacker.example", False),
    # Any other method may write: one we never heard of, and a misspelt one.
    ("TRACE", b"cross-site", None, True),
    ("get", b"cross-site", None, True),
    ("PROPFIND", b"cross-site", None, True),
    # A WebSocket carries cookies, and no browser keeps it within its site.
    ("WEBSOCKET", b"cross-site", None, True),
    ("WEBSOCKET", None, b"https://attacker.example", True),
    ("WEBSOCKET", None, b"https://example.com", False),
]


@pytest.mark.parametrize(("method", "site", "origin", "refused"), WRITES)
def test_writes_of_other_sites_are_told(
    method: str, site: bytes | None, origin: bytes | None, *, refused: bool
) -> None:
    """Each combination of what browsers say is judged in the order of Go's check."""
    sent = {b"host": HOST, b"sec-fetch-site": site, b"origin": origin}
    headers = {name: value for name, value in sent.items() if value is not None}
    assert is_cross_site_write(method, headers) is refused


def test_an_origin_on_another_port_is_another_site() -> None:
    """The port belongs to the origin, as browsers see it."""
    headers = {b"host": b"example.com:8443", b"origin": b"https://example.com:8443"}
    assert not is_cross_site_write("POST", headers)
    assert is_cross_site_write("POST", headers | {b"origin": b"https://example.com"})


def test_an_origin_needs_a_host_to_match() -> None:
    """Without a Host there is nothing that an Origin could be the same as."""
    assert is_cross_site_write("POST", {b"origin": b"https://example.com"})


def test_every_standing_header_is_sent_once() -> None:
    """No header stands twice, and each is as long as the settings say."""
    headers = standing_headers(EdgeSettings(hsts_max_age=63_072_000))
    names = [name for name, _ in headers]
    assert len(names) == len(set(names))
    said = dict(headers)[b"strict-transport-security"]
    assert said == b"max-age=63072000; includeSubDomains"


def test_hsts_may_leave_subdomains_out() -> None:
    """A site with subdomains that it does not own says so in its settings."""
    headers = dict(standing_headers(EdgeSettings(hsts_include_subdomains=False)))
    assert headers[b"strict-transport-security"] == b"max-age=31536000"


def test_passkeys_stay_possible() -> None:
    """All that is unused is off, and what signing in needs is ours alone."""
    said = dict(standing_headers(EdgeSettings()))[b"permissions-policy"].split(b", ")
    assert b"publickey-credentials-get=(self)" in said
    assert b"camera=()" in said
    assert all(each.endswith((b"=()", b"=(self)")) for each in said)


def test_only_the_nonce_opens_a_page_to_script() -> None:
    """A page without a nonce runs no script, and data is no page at all."""
    open_to_one = directives_of(page_policy("abc").decode())
    assert open_to_one["script-src"] == ["'nonce-abc'", "'strict-dynamic'"]
    assert directives_of(page_policy(None).decode())["script-src"] == ["'none'"]
    assert directives_of(data_policy().decode()) == {
        "default-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("", {}),
        (" ; ;", {}),
        ("Base-URI 'none'", {"base-uri": ["'none'"]}),
        ("sandbox", {"sandbox": []}),
        # The first of a name counts (CSP Level 3 §2.2.1).
        ("img-src a; img-src b", {"img-src": ["a"]}),
        # Two policies in one header.
        ("img-src a, frame-ancestors b", {"img-src": ["a"], "frame-ancestors": ["b"]}),
    ],
)
def test_a_policy_is_read_as_browsers_read_it(
    policy: str, expected: dict[str, list[str]]
) -> None:
    """Names lose their case, the first wins, and nothing is made up."""
    assert directives_of(policy) == expected


TRUSTED = Networks(["10.0.0.0/8", "2001:db8::/32"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [b"203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"203.0.113.9"], "203.0.113.9"),
        ("::ffff:10.0.0.1", [b"203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [b"198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [b"198.51.100.1", b"203.0.113.9, 2001:db8::1"], "203.0.113.9"),
        ("10.0.0.1", [b"203.0.113.9, 10.0.0.2, a"], "10.0.0.1"),
        ("10.0.0.1", [b"a, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [b"\xff\x00"], "10.0.0.1"),
        (None, [b"203.0.113.9"], None),
    ],
)
def test_only_a_trusted_proxy_is_believed(
    peer: str | None, forwarded: list[bytes], address: str | None
) -> None:
    """Whoever is no proxy of ours names nobody else, nor does what it relays."""
    assert client_address(peer, forwarded, TRUSTED) == address
    assert client_address(peer, forwarded, Networks([])) == plain_address(peer or "")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:201", "192.0.2.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("fe80::1%a b", "fe80::1"),
        ("fe80::1%" + "e" * 64, None),
        ("%eth0", None),
        ("/run/socket", None),
        ("", None),
    ],
)
def test_an_address_has_one_spelling(text: str, plain: str | None) -> None:
    """Without a zone, and IPv4 as itself; what is no address is nobody's."""
    assert plain_address(text) == plain
    told = client_address("10.0.0.1", [text.encode()], TRUSTED)
    assert told == (plain or "10.0.0.1")


def test_a_zone_hides_no_network() -> None:
    """A link-local proxy is one of ours, whatever the interface is called."""
    link = Networks(["fe80::/64"])
    assert link.has("fe80::1%eth0")
    assert client_address("fe80::1%eth0", [b"192.0.2.1"], link) == "192.0.2.1"
    assert client_address("fe80::1%eth0", [b"fe81::1%eth0"], link) == "fe81::1"
