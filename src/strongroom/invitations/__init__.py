"""Invitations: by a mailed link, an address joins an organization in a role."""

from .models import Invitation, Joining
from .service import Invitations, Parts


__all__ = ["Invitation", "Invitations", "Joining", "Parts"]
