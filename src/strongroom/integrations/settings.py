"""Where secrets may be sent, and how old one may become."""

from dataclasses import dataclass
from datetime import timedelta

from strongroom.egress import parse_allowed


@dataclass(frozen=True, slots=True)
class IntegrationSettings:
    """Known providers are always reachable; every other host is the operator's word."""

    egress: tuple[str, ...] = ()
    """Further hosts: ``crm.example.com``, ``mail.example.com:587``, or a private
    network such as ``10.1.0.0/16`` whose addresses listed hosts may have."""

    authority: str | None = None
    """A PEM file with the authorities of your own hosts, besides the system's."""

    rotate_after: timedelta = timedelta(days=90)
    """A secret that is older is called due, on its page and by one mail."""

    def __post_init__(self) -> None:
        """Refuse what is no host, port or network.

        Raises:
            ValueError: an entry is none.

        """
        parse_allowed(self.egress)
