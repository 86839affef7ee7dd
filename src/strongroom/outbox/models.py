"""What a mail in the outbox is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. ``body`` is None once it was sent: links do not stay behind."""

    id: UUID
    recipient: str
    subject: str
    body: str | None
    created_at: datetime
    sent_at: datetime | None = None
    failure: str | None = None
