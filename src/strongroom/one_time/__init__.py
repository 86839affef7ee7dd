"""One-time values: minted once, used once, by exactly one of many who try."""

from .errors import OneTimeValueSpent
from .service import OneTimeValues


__all__ = ["OneTimeValueSpent", "OneTimeValues"]
