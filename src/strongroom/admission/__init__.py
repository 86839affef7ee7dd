"""Admission: what an organization asks of whoever works in it."""

from .models import Affected, SignInPolicy
from .policy import is_within
from .service import Admission


__all__ = ["Admission", "Affected", "SignInPolicy", "is_within"]
