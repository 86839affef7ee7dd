"""Who an operator is, and who of them is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from strongroom.kernel import Secret


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may run the service."""

    id: UUID
    email: str
    created_at: datetime
    ready_at: datetime | None
    """When the link was used and both factors were set; before, nobody can sign in."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A signed-in operator, read at this moment."""

    session_id: UUID
    id: UUID
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OperatorSession:
    """A session just opened, and the token that only its browser keeps."""

    id: UUID
    token: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proofs:
    """What one person's two factors are compared with, after the try was counted."""

    id: UUID
    email: str
    verifier: str
    sealed: str
