"""Whom an operator can act as, and the hand-over between the two listeners."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a one-time value stands for; read again when it is used."""

    id: UUID
    operator_id: UUID
    operator_session_id: UUID
    operator: str
    account_id: UUID
    email: str
    organization_id: UUID
    organization: str
    reason: str
    grant_id: UUID | None
    seconds_left: float | None
    """Of the emergency access that it rests on, if it rests on one."""
