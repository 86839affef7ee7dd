"""What the operator asked for, handed whole to every process of one server.

It holds no secret, so it may stand in a list of processes.
"""

import ipaddress
from typing import Annotated

import msgspec
from msgspec import Meta


HTTPS = 443
LOOPBACK = "127.0.0.1"
LOCAL_NAMES = ("localhost", LOOPBACK, "::1")

Port = Annotated[int, Meta(ge=1, le=65_535)]


class AppName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An app of the operator's own, named so that every process can load it."""

    name: str
    """Its module and the attribute in it: ``module:attribute``."""

    folder: str
    """Where the module is looked for first, as an absolute path."""


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one server; the profile holds those of the house."""

    data: str
    """The data folder, as an absolute path."""

    profile: str = "default"
    """A bundled profile's name, or the path of a folder."""

    host: str = "localhost"
    """The name that browsers use, and that the certificate is for."""

    bind: str = LOOPBACK
    """The address of the public and the redirecting listener."""

    port: Port = 8443
    """The public HTTPS listener."""

    http_port: Port = 8080
    """The listener that only redirects to HTTPS."""

    admin_port: Port = 9443
    """The operator's HTTPS listener, on the loopback address alone."""

    workers: int = 2
    """So many processes answer requests."""

    tls_certificate: str | None = None
    """The operator's own certificate, with its chain; none makes a local one."""

    tls_key: str | None = None
    """The key for it."""

    database: str = "embedded"
    """``embedded``, or ``external`` when DATABASE_URL names a server."""

    app: AppName | None = None
    """The app that is served beside the house's own pages, if any."""

    @property
    def public_url(self) -> str:
        """Where browsers reach the public listener."""
        return f"https://{authority(self.host, self.port)}"

    @property
    def admin_url(self) -> str:
        """Where the operator reaches the operator's listener."""
        return f"https://{authority('localhost', self.admin_port)}"

    @property
    def redirecting_url(self) -> str:
        """Where plain HTTP is answered."""
        return f"http://{bracketed(self.host)}:{self.http_port}"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which this machine is asked."""
        return tuple(dict.fromkeys((self.host, *LOCAL_NAMES)))


def authority(name: str, port: int) -> str:
    """Return *name* and *port* as they stand in an https URL and a Host header."""
    return bracketed(name) if port == HTTPS else f"{bracketed(name)}:{port}"


def bracketed(name: str) -> str:
    """Return *name*, in brackets if it is an IPv6 address (RFC 3986 §3.2.2)."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name
    return f"[{address}]" if address.version == 6 else name  # noqa: PLR2004
