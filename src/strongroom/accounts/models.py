"""What an account is."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """A person. ``disabled`` accounts keep their rows and may do nothing."""

    id: UUID
    email: str
    disabled: bool = False
