"""Whose certificates count, and how old a secret may become."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class IntegrationSettings:
    """Which hosts may be reached says ``[egress] listed``."""

    authority: str | None = None
    """A PEM file with the authorities of your own hosts, besides the system's."""

    rotate_after: timedelta = timedelta(days=90)
    """A secret that is older is called due, on its page and by one mail."""
