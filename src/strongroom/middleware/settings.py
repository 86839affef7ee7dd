"""What the edge demands of every request and promises with every answer."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal


YEAR = 31_536_000  # seconds; ASVS 5.0 3.4.1 asks for at least one year.


ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
    r"(:(?!443$)[1-9][0-9]{0,4})?"
)
"""An origin exactly as browsers write it (RFC 6454 §6.1): no path, no default port."""


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """The rules of the outermost pass."""

    tls_minimum: Literal["1.2", "1.3"] = "1.3"
    """The oldest TLS version that is spoken."""

    hsts_max_age: int = YEAR
    """For how many seconds browsers must not try plain HTTP."""

    hsts_include_subdomains: bool = True
    """Whether that holds below this host as well."""

    referrer_policy: str = "strict-origin-when-cross-origin"
    """What other sites learn of where a visitor came from."""

    hosts: tuple[str, ...] = ()
    """Further names under which this server may be asked, besides its own."""

    origins: tuple[str, ...] = ()
    """Other sites whose pages may ask with a bearer, such as ``https://app.example``;
    none may, and a wildcard is refused."""

    largest_body: int = 1_048_576
    """The most bytes a request's body may have."""

    trusted_proxies: tuple[str, ...] = ()
    """Networks whose X-Forwarded-For is believed, such as ``10.0.0.0/8``; none is."""

    def __post_init__(self) -> None:
        """Refuse what would promise browsers less than the standard asks for.

        Raises:
            ValueError: a rule is too weak, an origin none, or a proxy no network.

        """
        for each in self.trusted_proxies:
            ipaddress.ip_network(each)
        for each in self.origins:
            if not ORIGIN.fullmatch(each):
                message = (
                    f"{each!r} is no origin: write https://name or https://name:port"
                )
                raise ValueError(message)
        if self.hsts_max_age < YEAR:
            message = f"hsts_max_age must be at least {YEAR}, a year in seconds"
            raise ValueError(message)
