"""Roles that organizations define for themselves."""

from .models import Role, RoleWanted
from .service import Roles


__all__ = ["Role", "RoleWanted", "Roles"]
