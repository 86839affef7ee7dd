"""What the security page calls the service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """The page's own settings."""

    name: str = "Strongroom"
    """The service's name, on pages and in mails."""
