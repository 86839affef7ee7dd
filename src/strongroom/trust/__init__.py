"""The security page that proves itself: statuses, evidence, history, attestations."""

from .api import answer_claims
from .errors import NotAttestable
from .models import Standing, Status
from .policy import status_of
from .service import Subject, Trust
from .settings import TrustSettings
from .tasks import Watch


__all__ = [
    "NotAttestable",
    "Standing",
    "Status",
    "Subject",
    "Trust",
    "TrustSettings",
    "Watch",
    "answer_claims",
    "status_of",
]
