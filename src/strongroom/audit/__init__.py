"""The audit log: what was done or refused, by whom, to what, from where."""

from .models import (
    EVERYTHING,
    HOUSE,
    NOBODY,
    Actor,
    DayCount,
    Entry,
    EntryFilter,
    EntryPage,
    Outcome,
    Target,
)
from .service import AuditLog


__all__ = [
    "EVERYTHING",
    "HOUSE",
    "NOBODY",
    "Actor",
    "AuditLog",
    "DayCount",
    "Entry",
    "EntryFilter",
    "EntryPage",
    "Outcome",
    "Target",
]
