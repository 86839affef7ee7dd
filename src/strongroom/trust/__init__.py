"""The security page that proves itself: statuses, evidence, history, attestations."""

from .api import answer_claims
from .errors import NotAttestable
from .models import Attestation, Run, SabotageRecord, Standing, Status
from .policy import fresh_for, must_bite, status_of
from .service import Subject, Trust
from .settings import TrustSettings
from .tasks import Watch, as_json, is_telling, run_live


__all__ = [
    "Attestation",
    "NotAttestable",
    "Run",
    "SabotageRecord",
    "Standing",
    "Status",
    "Subject",
    "Trust",
    "TrustSettings",
    "Watch",
    "answer_claims",
    "as_json",
    "fresh_for",
    "is_telling",
    "must_bite",
    "run_live",
    "status_of",
]
