"""Privacy: what is kept about people, their copies, their erasure, and its end."""

from .errors import FilesStay, LedgerBroken, NoSuchStore
from .models import (
    Hold,
    Job,
    Kept,
    Kind,
    Person,
    PersonalFiles,
    Registry,
    Request,
)
from .policy import faults_of, public_table
from .service import Desk, Means, Parts, Privacy, Retention
from .settings import PrivacySettings
from .tasks import SIGNING_KEY, Erasures, Exports, Work


__all__ = [
    "SIGNING_KEY",
    "Desk",
    "Erasures",
    "Exports",
    "FilesStay",
    "Hold",
    "Job",
    "Kept",
    "Kind",
    "LedgerBroken",
    "Means",
    "NoSuchStore",
    "Parts",
    "Person",
    "PersonalFiles",
    "Privacy",
    "PrivacySettings",
    "Registry",
    "Request",
    "Retention",
    "Work",
    "faults_of",
    "public_table",
]
