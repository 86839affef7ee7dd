"""Outside witnesses: they cosign the audit log, so that it has one story for all."""

from .service import Witnesses
from .settings import Witness, WitnessSettings


__all__ = ["Witness", "WitnessSettings", "Witnesses"]
