"""The audit log: what was done or refused, by whom, to what, from where."""

from .models import HOUSE, NOBODY, Actor, Entry, EntryPage, Outcome, Target
from .service import AuditLog


__all__ = [
    "HOUSE",
    "NOBODY",
    "Actor",
    "AuditLog",
    "Entry",
    "EntryPage",
    "Outcome",
    "Target",
]
