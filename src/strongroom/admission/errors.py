"""How admission says no."""

from strongroom.kernel import Conflict, Invalid


class PolicyInvalid(Invalid):
    """A value of the policy cannot be used; the field says why."""

    code, status = "sign-in-policy-invalid", 422
    title = "The sign-in policy cannot be used like this."


class OwnFactorMissing(Conflict):
    """Whoever asks everybody for a second factor has one themselves."""

    code, status = "own-factor-missing", 409
    title = "Turn on a second factor of your own first."


class OwnWayOther(Conflict):
    """Whoever asks everybody for certain ways in came by one of them."""

    code, status = "own-way-other", 409
    title = "Sign in by one of these ways yourself first."


class NothingToUndo(Conflict):
    """The policy was not changed, or the change was taken back already."""

    code, status, title = "nothing-to-undo", 409, "There is no change to take back."
