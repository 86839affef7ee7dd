"""How organizations say no."""

from strongroom.kernel import Conflict, Invalid


class NameInvalid(Invalid):
    """An organization's name has 1 to 100 visible characters."""

    code, status, title = "name-invalid", 422, "Use 1 to 100 visible characters."


class LastOwner(Conflict):
    """An organization always keeps at least one owner."""

    code, status, title = "last-owner", 409, "An organization keeps one owner."
