"""Ownership: an owner offers it, another member accepts."""

from .models import Offer
from .service import Ownership, Parts


__all__ = ["Offer", "Ownership", "Parts"]
