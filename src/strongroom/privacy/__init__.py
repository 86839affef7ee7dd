"""Privacy: what is kept about people, their copies, their erasure, and its end."""

from .errors import LedgerBroken, RegistryIncomplete
from .models import Hold, Job, Kept, Kind, Registry, Request
from .policy import faults_of, public_table
from .service import Desk, Means, Parts, Privacy, Retention
from .settings import PrivacySettings
from .tasks import SIGNING_KEY, Erasures, Exports, Work


__all__ = [
    "SIGNING_KEY",
    "Desk",
    "Erasures",
    "Exports",
    "Hold",
    "Job",
    "Kept",
    "Kind",
    "LedgerBroken",
    "Means",
    "Parts",
    "Privacy",
    "PrivacySettings",
    "Registry",
    "RegistryIncomplete",
    "Request",
    "Retention",
    "Work",
    "faults_of",
    "public_table",
]
