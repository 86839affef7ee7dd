"""Impersonation: an operator acts as a customer, named, bounded and on record."""

from .errors import AlreadyActing, HandOverExpired, NoSuchMember
from .service import Impersonations, Parts


__all__ = [
    "AlreadyActing",
    "HandOverExpired",
    "Impersonations",
    "NoSuchMember",
    "Parts",
]
