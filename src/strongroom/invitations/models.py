"""What an invitation is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from strongroom.kernel import Caller, Secret


State = Literal["open", "expired"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """That an address may join an organization, and in which role."""

    id: UUID
    organization_id: UUID
    organization: str
    email: str
    role: str
    granted: frozenset[str] | None
    """What a role holds that the organization defined; None of a built-in one, and of
    one that is gone."""

    invited_by: str
    """The inviter's address."""

    inviter_role: str
    """At this moment."""

    inviter_granted: frozenset[str] | None

    created_at: datetime
    expires_at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who opened an invitation's link and wants to join."""

    token: Secret
    password: Secret
    """Chosen by a newcomer; whoever is signed in needs none."""

    caller: Caller | None
    """Who is signed in, if anybody."""
