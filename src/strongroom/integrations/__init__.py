"""Integrations: credentials that an organization uses together and nobody reads."""

from .errors import CannotUndo, SecretElsewhere, SecretNeeded, WriteOnly
from .models import MIRROR_PATH, Integration, Wish
from .service import Integrations, Parts
from .settings import IntegrationSettings
from .tasks import everywhere, remind, test_one


__all__ = [
    "MIRROR_PATH",
    "CannotUndo",
    "Integration",
    "IntegrationSettings",
    "Integrations",
    "Parts",
    "SecretElsewhere",
    "SecretNeeded",
    "Wish",
    "WriteOnly",
    "everywhere",
    "remind",
    "test_one",
]
