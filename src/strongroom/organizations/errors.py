"""How organizations say no."""

from strongroom.kernel import Conflict, Invalid


class NameInvalid(Invalid):
    """An organization's name has 1 to 100 visible characters."""

    code, status, title = "name-invalid", 422, "Use 1 to 100 visible characters."


class RoleUnknown(Invalid):
    """No role is called that, built in or of the organization's own."""

    code, status, title = "role-unknown", 422, "There is no such role here."


class OwnerByOffer(Conflict):
    """Nobody is made an owner: one offers it, by password, and a member accepts."""

    code, status = "owner-by-offer", 409
    title = "Ownership is offered to a member, who accepts it: see Ownership."


class LastOwner(Conflict):
    """An organization always keeps at least one owner."""

    code, status, title = "last-owner", 409, "An organization keeps one owner."
