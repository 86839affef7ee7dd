"""Where log streams may lead."""

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Public addresses are always allowed; the rest is the operator's to list."""

    networks: tuple[str, ...] = ()
    """Private networks that streams may reach, such as ``10.1.0.0/16``."""

    def __post_init__(self) -> None:
        """Refuse what is no network.

        Raises:
            ValueError: one is none.

        """
        for text in self.networks:
            ipaddress.ip_network(text)
