"""The audit log: what was done or refused, by whom, to what, from where."""

from .errors import NotSealedYet
from .models import (
    HOUSE,
    NOBODY,
    Actor,
    Entry,
    EntryPage,
    Outcome,
    Sealed,
    Target,
    TreePlace,
)
from .service import ORGANIZATIONS_KEY, AuditLog, AuditTree
from .settings import AuditSettings


__all__ = [
    "HOUSE",
    "NOBODY",
    "ORGANIZATIONS_KEY",
    "Actor",
    "AuditLog",
    "AuditSettings",
    "AuditTree",
    "Entry",
    "EntryPage",
    "NotSealedYet",
    "Outcome",
    "Sealed",
    "Target",
    "TreePlace",
]
