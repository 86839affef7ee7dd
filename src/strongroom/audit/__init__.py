"""The audit log: what was done or refused, by whom, to what, from where."""

from .errors import NotSealedYet
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
    Sealed,
    Target,
    TreePlace,
    View,
)
from .policy import as_it_is, ocsf_lines, ocsf_of, spreadsheet
from .service import ORGANIZATIONS_KEY, AuditLog, AuditTree, AuditViews
from .settings import AuditSettings


__all__ = [
    "EVERYTHING",
    "HOUSE",
    "NOBODY",
    "ORGANIZATIONS_KEY",
    "Actor",
    "AuditLog",
    "AuditSettings",
    "AuditTree",
    "AuditViews",
    "DayCount",
    "Entry",
    "EntryFilter",
    "EntryPage",
    "NotSealedYet",
    "Outcome",
    "Sealed",
    "Target",
    "TreePlace",
    "View",
    "as_it_is",
    "ocsf_lines",
    "ocsf_of",
    "spreadsheet",
]
