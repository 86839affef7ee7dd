"""The edge's decisions, as pure functions over header bytes.

Sources: RFC 6797 (HSTS), CSP Level 3, Fetch Metadata, RFC 9110, OWASP Secure
Headers, and the order of checks of Go's CrossOriginProtection.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from .settings import EdgeSettings


Header = tuple[bytes, bytes]

LONGEST_ADDRESS = 64
"""Letters: 45 of an IPv6 address (RFC 4291 §2.2), and a zone (RFC 4007 §11)."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110 §9.2.1.

UNUSED_FEATURES = (
    "accelerometer",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "battery",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "compute-pressure",
    "digital-credentials-get",
    "display-capture",
    "document-domain",
    "encrypted-media",
    "execution-while-not-rendered",
    "execution-while-out-of-viewport",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "interest-cohort",
    "join-ad-interest-group",
    "keyboard-map",
    "language-detector",
    "language-model",
    "local-fonts",
    "local-network",
    "local-network-access",
    "loopback-network",
    "magnetometer",
    "microphone",
    "midi",
    "on-device-speech-recognition",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-aggregation",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "run-ad-auction",
    "screen-wake-lock",
    "serial",
    "shared-storage",
    "shared-storage-select-url",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-xhr",
    "translator",
    "usb",
    "web-share",
    "window-management",
    "xr-spatial-tracking",
)
"""Browser features that no page of ours uses: the list of OWASP Secure Headers, and
what Chromium has added since. FLoC is history, and stays off."""

OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
"""Passkeys; switching them off would switch sign-in with them off."""

CSP_REPORTS = "/csp-reports"

_PAGE_CSP = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self';"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; object-src 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none';"
    f" report-uri {CSP_REPORTS}; report-to csp"
)
_DATA_CSP = b"default-src 'none'; frame-ancestors 'none'"


def page_policy(nonce: str | None) -> bytes:
    """Return the Content-Security-Policy of a page whose scripts carry *nonce*."""
    scripts = f"'nonce-{nonce}' 'strict-dynamic'" if nonce else "'none'"
    return _PAGE_CSP.format(scripts=scripts).encode()


def data_policy() -> bytes:
    """Return the Content-Security-Policy of everything that is not a page."""
    return _DATA_CSP


def directives_of(policy: str) -> dict[str, list[str]]:
    """Return a Content-Security-Policy's directives; the first of a name counts.

    Several policies, which browsers enforce together, are read as one.
    """
    directives: dict[str, list[str]] = {}
    for directive in policy.replace(",", ";").split(";"):
        name, *values = directive.split() or [""]
        directives.setdefault(name.lower(), values)
    directives.pop("", None)
    return directives


def standing_headers(settings: EdgeSettings) -> list[Header]:
    """Return the headers that every answer carries, whatever its status."""
    hsts = f"max-age={settings.hsts_max_age}"
    if settings.hsts_include_subdomains:
        hsts += "; includeSubDomains"
    features = [f"{name}=()" for name in UNUSED_FEATURES]
    features += [f"{name}=(self)" for name in OWN_FEATURES]
    named = {
        "strict-transport-security": hsts,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": settings.referrer_policy,
        "permissions-policy": ", ".join(features),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "reporting-endpoints": f'csp="{CSP_REPORTS}"',
    }
    return [(name.encode(), value.encode()) for name, value in named.items()]


class Networks:
    """Networks whose proxies are believed.

    Measured: a network of the library's takes a microsecond to say whether an address
    is its own, and the few proxies that there are ask at every request.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Hold the networks that *texts* write in CIDR form (RFC 4632).

        Raises:
            ValueError: one of them is none.

        """
        self._networks = [ipaddress.ip_network(each) for each in texts]
        # What is remembered is anybody's claim, so it is only so much.
        self._known = lru_cache(1_000)(self._find)

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self._networks)

    def has(self, address: str | None) -> bool:
        """Say whether *address* is of one of them; what is no address is of none."""
        return self._known(plain_address(address or ""))

    def _find(self, plain: str | None) -> bool:
        if plain is None:
            return False
        ip = ipaddress.ip_address(plain)
        return any(ip in each for each in self._networks)


def client_address(
    peer: str | None, forwarded: Sequence[bytes], trusted: Networks
) -> str | None:
    """Return who asks: the last hop that is no *trusted* proxy.

    *forwarded* are the X-Forwarded-For headers as they came. Each proxy adds at the
    right whom it saw, so what stands further left is anybody's claim. At a hop that is
    no address, the last one that was believed counts. Each is told in its one spelling.
    """
    hops = b",".join(forwarded).decode("latin-1").split(",")
    address = plain_address(peer or "")
    while hops and trusted.has(address):
        hop = plain_address(hops.pop().strip())
        if hop is None:
            break
        address = hop
    return address


def plain_address(text: str) -> str | None:
    """Return the one spelling of the address that *text* is, if it is one.

    Without a zone, which is one machine's (RFC 4007 §11), and of an IPv4 host the
    address that it has itself (RFC 4291 §2.5.5.2).
    """
    # What is remembered is anybody's claim: it may be many, and must not be long.
    return _plain(text) if len(text) <= LONGEST_ADDRESS else None


@lru_cache(1_000)
def _plain(text: str) -> str | None:
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip)


def is_cross_site_write(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Say whether a browser sent this write from another site's page.

    Browsers since 2023 say so themselves in Sec-Fetch-Site; older ones are told by
    Origin. What sends neither is no browser and carries no ambient cookie.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    if origin is None:
        return False
    return origin.partition(b"://")[2] != headers.get(b"host")
