"""How roles say no."""

from strongroom.kernel import Conflict, Invalid


class RoleInvalid(Invalid):
    """Its name, its description or an action cannot be used; the field says why."""

    code, status, title = "role-invalid", 422, "The role cannot be made like this."


class RoleExists(Conflict):
    """The organization has a role of that name, or it is a built-in one."""

    code, status, title = "role-exists", 409, "There is a role of that name already."


class RoleUnchanged(Conflict):
    """The role was never changed, or somebody was faster."""

    code, status = "role-unchanged", 409
    title = "There is no change of this role to take back."


class RoleInUse(Conflict):
    """Somebody has the role, or is invited to have it; the answer says who."""

    code, status = "role-in-use", 409
    title = "Give whoever has this role another one first."
