"""What an account is."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """A person. ``disabled`` accounts keep their rows and may do nothing."""

    id: UUID
    email: str
    disabled: bool = False
    frozen: bool = False
    """Its owner said that somebody else is in it: it opens with a new password."""
