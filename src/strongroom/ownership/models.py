"""What an offer of ownership is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Offer:
    """That an owner wants a member to own the organization, in their place or too."""

    giver_id: UUID
    giver: str
    """The owner's address."""

    taker_id: UUID
    taker: str
    """The member's address."""

    expires_at: datetime
    keeps: bool
    """Whether the owner stays one beside the member."""
