"""What emergency access is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """One operator's request for emergency access, and what became of it."""

    id: UUID
    organization_id: UUID
    organization: str
    asked_by: UUID
    asker: str
    reason: str
    lasts: timedelta
    asked_at: datetime
    approver: str | None
    expires_at: datetime | None
    state: Literal["waiting", "open", "over"]
    """As the database's clock decides at this moment."""
