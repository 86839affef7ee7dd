"""How invitations say no."""

from strongroom.kernel import Conflict, Forbidden, Unauthenticated


class RoleTooHigh(Forbidden):
    """Nobody gives away more than they may do themselves."""

    code, status = "role-too-high", 403
    title = "This role may do more than yours."


class AlreadyMember(Conflict):
    """Whoever has the address belongs here already."""

    code, status = "already-member", 409
    title = "This address belongs to a member already."


class AlreadyInvited(Conflict):
    """The address has an open invitation; it can be sent again."""

    code, status = "already-invited", 409
    title = "This address is invited already. Send the invitation again instead."


class SignInFirst(Unauthenticated):
    """The invited address has an account: its owner signs in, and then joins."""

    code, status = "sign-in-first", 401
    title = "This address has an account. Sign in, then open the link again."


class WrongAccount(Forbidden):
    """The invitation is for another address than the one that is signed in."""

    code, status = "wrong-account", 403
    title = "This invitation is for another address. Sign out, then open it again."
