"""Organizations and who belongs to them in which role."""

from .models import Belonging, KnownOrganization, Member, Membership, Organization, Role
from .policy import require_name
from .service import Organizations


__all__ = [
    "Belonging",
    "KnownOrganization",
    "Member",
    "Membership",
    "Organization",
    "Organizations",
    "Role",
    "require_name",
]
