"""Who comes by a provider, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from strongroom.entrance import Arrival
from strongroom.kernel import Cookie


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser on its way to a provider."""

    title: str
    """What the provider is called."""

    url: str
    cookies: Sequence[Cookie]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser brings back from a provider."""

    cookie: str
    """What it was given before it went."""

    code: str = ""
    state: str = ""
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What comes of it: somebody who is known, who is new, or who just linked."""

    wanted: str | None
    arrival: Arrival | None
    """None for whoever is new, or was signed in before."""

    cookies: Sequence[Cookie]
    linked: bool = False


@dataclass(frozen=True, slots=True)
class WaitingIdentity:
    """Somebody new, whose organization has no name yet: no account exists."""

    id: UUID
    issuer: str
    subject: str
    email: str
    provider: str
    """The name by which it is configured."""


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """An identity that signs in to an account."""

    id: UUID
    issuer: str
    email: str
    linked_at: datetime
