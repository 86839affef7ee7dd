"""Organizations and who belongs to them in which role."""

from .errors import OwnerByOffer, RoleUnknown
from .models import (
    BUILT_IN,
    Belonging,
    KnownOrganization,
    Member,
    Membership,
    Organization,
    Role,
)
from .policy import require_name
from .service import Organizations, RoleNames


__all__ = [
    "BUILT_IN",
    "Belonging",
    "KnownOrganization",
    "Member",
    "Membership",
    "Organization",
    "Organizations",
    "OwnerByOffer",
    "Role",
    "RoleNames",
    "RoleUnknown",
    "require_name",
]
