"""What an account is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """A person. ``disabled`` accounts keep their rows and may do nothing."""

    id: UUID
    email: str
    disabled: bool = False
    frozen: bool = False
    """Its owner said that somebody else is in it: it opens with a new password."""
    epoch: int = 0
    """How often all its sessions had been ended when this was read."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as the operator sees it."""

    id: UUID
    email: str
    created_at: datetime
    disabled_at: datetime | None
    organizations: tuple[str, ...]
    """Where it belongs, each as ``name (role)``."""
