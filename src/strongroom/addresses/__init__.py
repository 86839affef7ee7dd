"""Addresses: an account moves to another e-mail address, and its owner can undo it."""

from .models import AddressChange
from .service import Addresses


__all__ = ["AddressChange", "Addresses"]
