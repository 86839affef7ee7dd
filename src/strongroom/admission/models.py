"""What a sign-in policy is."""

from dataclasses import dataclass
from datetime import timedelta


OTHER_WAY = "/console/another-way"
"""Where whoever came by a way that is not allowed is told which are."""


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """What an organization asks; the house's own rules hold besides."""

    second_factor: bool = False
    """Whether everybody needs a second factor."""

    lifetime: timedelta | None = None
    """A session ends so long after sign-in; None leaves it to the house."""

    idle: timedelta | None = None
    """A session ends when it was unused for so long; None leaves it to the house."""

    networks: tuple[str, ...] = ()
    """From where requests may come, in CIDR form (RFC 4632); empty is from anywhere."""

    ways: tuple[str, ...] = ()
    """How sessions may begin; empty is in any way of the house."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way in that the house has."""

    title: str
    """What people call it."""

    issuer: str | None = None
    """Whose identities it takes (OpenID Connect Core 1.0 §2); None of a way of ours."""


@dataclass(frozen=True, slots=True)
class Affected:
    """Whom a policy would change something for, at this moment."""

    without_factor: tuple[str, ...]
    """Addresses of members who would have to enrol a second factor first."""

    without_way: tuple[str, ...]
    """Addresses of members who have none of the ways in that would be allowed."""

    sessions_ended: int
    """Living sessions that would be too old, or unused for too long."""

    sessions_outside: int
    """Living sessions that were opened from outside the networks."""

    sessions_otherwise: int
    """Living sessions that began in a way that would not be allowed."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is allowed, and how the caller's session began."""

    way: str
    ways: tuple[str, ...]
    """Empty where any is."""
