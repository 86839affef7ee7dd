"""What an organization and a membership are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID


Role = Literal["owner", "admin", "auditor", "member", "viewer"]
BUILT_IN: tuple[str, ...] = get_args(Role)
"""Every role that no organization defined, the strongest first."""


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant: every row of a tenant table belongs to exactly one."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Membership:
    """That an account belongs to an organization, and how."""

    organization: Organization
    role: str
    """Its name, built in or the organization's own."""


@dataclass(frozen=True, slots=True)
class Member:
    """An account as the other members of its organization see it."""

    account_id: UUID
    email: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Belonging:
    """What leaving would do to an organization."""

    organization: Organization
    members: int
    """Everybody who belongs to it, whoever leaves included."""

    only_owner: bool
    """Whether nobody else owns it."""


@dataclass(frozen=True, slots=True)
class KnownOrganization:
    """An organization as the operator sees it."""

    id: UUID
    name: str
    created_at: datetime
    members: int
    owners: tuple[str, ...]
    """Their addresses."""
