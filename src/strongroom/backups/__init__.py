"""Backups: encrypted for the operator, rotated, and restored again and again."""

from .errors import BackupUnderWay, DrillFailed, NoRecipient, TargetInUse
from .models import BackupRun, BackupStatus, Finished
from .policy import plan_of
from .service import Backups, EmptyDatabase, Means, Restorer, Store
from .settings import BackupSettings
from .store import one_sealed
from .tasks import Work, new_run


__all__ = [
    "BackupRun",
    "BackupSettings",
    "BackupStatus",
    "BackupUnderWay",
    "Backups",
    "DrillFailed",
    "EmptyDatabase",
    "Finished",
    "Means",
    "NoRecipient",
    "Restorer",
    "Store",
    "TargetInUse",
    "Work",
    "new_run",
    "one_sealed",
    "plan_of",
]
